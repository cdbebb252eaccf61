/** apply: makes a subtree as a description says. */
import { applyPlan } from '../tree/compare/apply.js';
import { type Change, makePlan } from '../tree/compare/plan.js';
import { confirm } from './confirm.js';
import { readDescriptionFile } from './description-file.js';
import { DESCRIPTION_HELP, PRUNE_OPTION } from './plan.js';
import type { ChangeResult } from './results.js';
import { arg, command, optionalArg } from './spec.js';

export const apply = command({
  name: 'apply',
  group: 'tree',
  summary: 'Make a subtree as its description says',
  description: `Shows the plan, asks on a terminal (-y answers yes, -n shows the plan and ends), and does it: in one multi where all fits into one, so that either all of it happens or nothing; ACLs of znodes that exist are set behind it. Each change is made only if the znode is still as it was when the plan was made; else it stops there, with status 4.\n${DESCRIPTION_HELP}`,
  args: [
    arg('file', 'file', 'the description, or what export wrote; - is stdin'),
    optionalArg('path', 'znodePath', 'what its paths are below; / unless given, or where an export was'),
  ],
  options: { prune: PRUNE_OPTION },
  examples: [
    { line: 'apply znodes.yaml', summary: 'asks first' },
    { line: 'apply -y znodes.yaml /staging', summary: 'the same elsewhere, without a question' },
  ],
  writes: true,
  async *run(context, { file, path: root, prune }) {
    const { session, signal, settings } = context;
    const changes = await makePlan(session, await readDescriptionFile(context, file, { root, prunes: prune }), signal);
    if (changes.length === 0) {
      yield { kind: 'message', text: 'Nothing to change.' };
      return;
    }
    // Each change stands on stdout once: before the question, or as it is made.
    const isShownFirst = settings.dryRun || !settings.yes;
    if (isShownFirst) {
      yield* changes.map(resultOf);
    }
    if (settings.dryRun) {
      return;
    }
    await confirm(context, `Make ${changes.length === 1 ? 'this change' : `these ${changes.length} changes`}?`);
    for await (const batch of applyPlan(session, changes, signal)) {
      if (!isShownFirst) {
        yield* batch.map(resultOf);
      }
    }
  },
});

function resultOf(change: Change): ChangeResult {
  return { kind: 'change', change };
}
