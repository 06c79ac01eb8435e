import { expect, test } from "vitest";
import type { ClusterNode } from "@/api/nodes";
import { heardAt, silenceOf } from "@/parts/node_heard";
import { isNodeName, readLabels } from "./node_verbs";

test("labels are read from one line, and what is none is said", () => {
  expect(readLabels(" room=lab-3, speed=fast；room=lab-3\n")).toEqual({ labels: ["room=lab-3", "speed=fast"], wrong: [] });
  expect(readLabels("fast room= =3 a=b=c")).toEqual({ labels: [], wrong: ["fast", "room=", "=3", "a=b=c"] });
  expect(readLabels("")).toEqual({ labels: [], wrong: [] });
});

test("names of nodes", () => {
  expect(isNodeName("AutoDL-01.b_2")).toBe(true);
  for (const wrong of ["", "a b", "名字"]) expect(isNodeName(wrong)).toBe(false);
});

test("a node grows silent from the moment its document came", () => {
  const node = { seen: 5 } as unknown as ClusterNode;
  expect(heardAt(node, 100_000)).toBe(95);
  expect(silenceOf(node, 130_000)).toBe(35);
  const lost = (heartbeats: (boolean | null)[]): ClusterNode => ({ seen: null, heartbeats }) as unknown as ClusterNode;
  expect(heardAt(lost([null, null]), 1)).toBeNull();
  expect(silenceOf(lost([true, true, false, false, null]), 1000)).toBe(90);
});
