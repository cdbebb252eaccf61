// Loaded in front of zksh by a benchmark: says at the end how much memory the process had at its peak.
process.on('exit', () => {
  process.stderr.write(`peak ${process.resourceUsage().maxRSS} kB\n`);
});
