import type { Lineage, Relative } from "@/api/experiments";

const RELATIONS = ["clone", "fine-tune", "retry", "resume", "sweep"] as const;
export type KnownRelation = (typeof RELATIONS)[number];

export interface Kin {
  id: string;
  name: string;
  // Whether there still is such an experiment.
  known: boolean;
  // How it came from the one before it.
  relation: KnownRelation | null;
  // From the eldest, which is 0.
  generation: number;
  isSelf: boolean;
}

function relationOf(text: string | null | undefined): KnownRelation | null {
  const plain = text?.replace("_", "-").replace("finetune", "fine-tune");
  return RELATIONS.find((one) => one === plain) ?? null;
}

// The eldest first; the API counts depth from the run itself in both directions.
export function familyOf(lineage: Pick<Lineage, "ancestors" | "descendants" | "relation">, id: string, name: string): Kin[] {
  const ancestors = [...(lineage.ancestors as Relative[])].sort((a, b) => b.depth - a.depth);
  const own = Math.max(0, ...ancestors.map(({ depth }) => depth));
  const kin = ({ id: other, name: called, known, relation }: Relative, generation: number): Kin => ({ id: other, name: called, known, relation: relationOf(relation), generation, isSelf: false });
  return [
    ...ancestors.map((one) => kin(one, own - one.depth)),
    { id, name, known: true, relation: relationOf(lineage.relation), generation: own, isSelf: true },
    ...[...(lineage.descendants as Relative[])].sort((a, b) => a.depth - b.depth).map((one) => kin(one, own + one.depth)),
  ];
}
