/** Draws a frame: its rows, and the terminal's own cursor where the user types. Decides nothing. */
import { Box, Text, useCursor } from 'ink';
import type { Frame, Row } from './frame.js';
import type { Palette } from './palette.js';

export interface FrameViewProps {
  readonly frame: Frame;
  readonly palette: Palette;
}

export function FrameView({ frame, palette }: FrameViewProps) {
  const { setCursorPosition } = useCursor();
  setCursorPosition(frame.cursor ?? undefined);
  return (
    <Box flexDirection="column">
      {frame.rows.map((row, y) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <RowView key={y} row={row} palette={palette} />
      ))}
    </Box>
  );
}

function RowView({ row, palette }: { row: Row; palette: Palette }) {
  // Ink gives an empty text no row.
  return <Text wrap="truncate">{row.map(palette).join('') || ' '}</Text>;
}
