// 004's loss_type and dice_weight: cross entropy, Dice, or the sum of both, by the losses that the runtime has.
import { isSection, type Section } from "./document";

export const LOSS_TYPES = ["cross_entropy", "dice", "cross_entropy_dice"] as const;
export type LossType = (typeof LOSS_TYPES)[number];

function partsOf(loss: Section): Section[] {
  return loss.type === "SumLoss" && Array.isArray(loss.losses) ? loss.losses.filter(isSection) : [];
}

// Null for any other loss, which is set by its own form.
export function lossTypeOf(loss: Section): LossType | null {
  if (loss.type === "CrossEntropyLoss") return "cross_entropy";
  if (loss.type === "DiceLoss") return "dice";
  const types = partsOf(loss).map(({ type }) => type);
  return types.length === 2 && types.includes("CrossEntropyLoss") && types.includes("DiceLoss") ? "cross_entropy_dice" : null;
}

export function withLossType(loss: Section, type: LossType): Section {
  const known = (name: string): Section => (loss.type === name ? loss : (partsOf(loss).find((part) => part.type === name) ?? { type: name }));
  if (type === "cross_entropy") return known("CrossEntropyLoss");
  if (type === "dice") return known("DiceLoss");
  return { type: "SumLoss", losses: [known("CrossEntropyLoss"), known("DiceLoss")] };
}

export function diceWeight(loss: Section): number {
  const weight = partsOf(loss).find(({ type }) => type === "DiceLoss")?.loss_weight;
  return typeof weight === "number" ? weight : 1;
}

export function withDiceWeight(loss: Section, weight: number): Section {
  return { ...loss, losses: partsOf(loss).map((part) => (part.type === "DiceLoss" ? { ...part, loss_weight: weight } : part)) };
}
