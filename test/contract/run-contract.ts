/** Makes tests of the rules, for one target: a server for each set of settings, the rules in their order. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { describeWithRealZooKeeper } from '../helpers/skip.js';
import type { Cast, Rule, Section } from './rules.js';
import { Scene } from './scene.js';
import type { Session } from './session.js';
import { type Setup, startTarget, type Target, type TargetKind } from './target.js';

export function runContract(kind: TargetKind, sections: readonly Section[]): void {
  const body = (): void => {
    const setups = new Map<Setup, Section[]>();
    for (const section of sections) setups.set(section.setup, [...(setups.get(section.setup) ?? []), section]);
    for (const [setup, its] of setups) runSetup(kind, setup, its);
  };
  if (kind === 'sandbox') describe('the sandbox', body);
  else describeWithRealZooKeeper(`ZooKeeper ${kind}`, body, kind);
}

function runSetup(kind: TargetKind, setup: Setup, sections: readonly Section[]): void {
  describe(setup.name, () => {
    let target: Target;
    beforeAll(async () => {
      target = await startTarget(kind, setup);
    });
    afterAll(async () => target?.stop());
    const all = sections.flatMap((section) => section.rules.map((rule) => ({ section: section.title, ...rule })));
    const mine = all.filter(({ only }) => only === undefined || only.includes(kind));
    const register = (rule: (typeof mine)[number]): void => {
      const title = `${rule.section}: ${rule.title} (${rule.number})`;
      if (rule.isSlow) test.concurrent(title, () => play(rule, target));
      else test(title, () => play(rule, target));
    };
    for (const rule of mine.filter(({ isFirst }) => isFirst)) register(rule);
    for (const rule of mine.filter(({ isFirst, isSlow }) => !isFirst && !isSlow)) register(rule);
    for (const rule of mine.filter(({ isSlow }) => isSlow)) register(rule);
  });
}

async function play(rule: Rule, target: Target): Promise<void> {
  const scene = new Scene(target);
  try {
    await rule.run(await castOf(rule, scene));
    if (!rule.isFirst && !rule.isSlow) await scene.verify();
  } finally {
    await scene.end();
  }
}

async function castOf(rule: Rule, scene: Scene): Promise<Cast> {
  if (!rule.isFirst && !rule.isSlow) return { scene, ...(await scene.prepare()) };
  const nobody = null as unknown as Session;
  return { scene, a: nobody, b: nobody };
}
