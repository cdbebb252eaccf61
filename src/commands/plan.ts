/** plan: what must change for a subtree to be as a description says. Changes nothing. */
import { EXIT } from '../exit-codes.js';
import { makePlan } from '../tree/compare/plan.js';
import { readDescriptionFile } from './description-file.js';
import { arg, command, flag, optionalArg } from './spec.js';

/** Shared by plan and apply. */
export const DESCRIPTION_HELP =
  'The description is YAML or JSON: paths, and below each what it should be. A text is the data; nothing says that the znode exists, whatever its data; else data, json, base64 or file, acl, kind (persistent, container, ttl), ttl, prune and children. With prune: true, children that are not described go, all but ephemerals. What is not said stays as it is: an ACL without acl, other znodes without prune. A folder or a file in .jsonl, as export writes them, is a description too. docs/plan-and-apply.md has an example of each.';

export const PRUNE_OPTION = flag('prune', null, 'children that are not described go, everywhere in it');

export const plan = command({
  name: 'plan',
  group: 'tree',
  summary: 'Compare a subtree with its description, and say what would have to change',
  description: `Changes nothing. A line for each change: create, setData, setAcl, delete. With --check the status is 9 where there is one.\n${DESCRIPTION_HELP}`,
  args: [
    arg('file', 'file', 'the description, or what export wrote; - is stdin'),
    optionalArg('path', 'znodePath', 'what its paths are below; / unless given, or where an export was'),
  ],
  options: {
    prune: PRUNE_OPTION,
    check: flag('check', null, 'status 9 if anything would change: for CI'),
  },
  examples: [
    { line: 'plan znodes.yaml', summary: 'what apply would do' },
    { line: 'plan --check znodes.yaml /staging', summary: 'has anybody changed it by hand? status 9' },
  ],
  async *run(context, { file, path: root, prune, check }) {
    const { session, signal } = context;
    const changes = await makePlan(session, await readDescriptionFile(context, file, { root, prunes: prune }), signal);
    for (const change of changes) {
      yield { kind: 'change', change };
    }
    if (changes.length === 0) {
      yield { kind: 'message', text: 'Nothing to change.' };
    }
    if (check && changes.length > 0) {
      yield { kind: 'ended', status: EXIT.differences.status };
    }
  },
});
