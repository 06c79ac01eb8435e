// All that changes the picture of a group of charts, and its form in the address: a copied link shows the same picture.
export type XKind = "step" | "epoch" | "relative" | "time";

export interface ChartView {
  x: XKind;
  from: number | null;
  to: number | null;
  smoothing: number;
  logX: boolean;
  logY: boolean;
  // Outliers are left out of the y range, and counted.
  cutOutliers: boolean;
}

export const PLAIN_VIEW: ChartView = {
  x: "epoch",
  from: null,
  to: null,
  smoothing: 0,
  logX: false,
  logY: false,
  cutOutliers: false,
};

const KINDS: XKind[] = ["step", "epoch", "relative", "time"];

type Query = Record<string, unknown>;

function numberIn(query: Query, name: string): number | null {
  const text = query[name];
  if (typeof text !== "string" || text === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

export function readView(query: Query, plain: ChartView = PLAIN_VIEW): ChartView {
  const kind = KINDS.find((known) => known === query.x);
  const from = numberIn(query, "from");
  const to = numberIn(query, "to");
  const zoomed = from !== null && to !== null && to > from;
  const smoothing = numberIn(query, "smooth");
  return {
    x: kind ?? plain.x,
    from: zoomed ? from : null,
    to: zoomed ? to : null,
    smoothing: smoothing === null ? plain.smoothing : Math.min(0.99, Math.max(0, smoothing)),
    logX: query.logx === undefined ? plain.logX : query.logx === "1",
    logY: query.logy === undefined ? plain.logY : query.logy === "1",
    cutOutliers: query.cut === undefined ? plain.cutOutliers : query.cut === "1",
  };
}

// Only what differs from the page's plain view is written.
export function writeView(view: ChartView, plain: ChartView = PLAIN_VIEW): Record<string, string | undefined> {
  const flag = (value: boolean, usual: boolean): string | undefined => (value === usual ? undefined : value ? "1" : "0");
  return {
    x: view.x === plain.x ? undefined : view.x,
    from: view.from === null ? undefined : String(Number(view.from.toPrecision(10))),
    to: view.to === null ? undefined : String(Number(view.to.toPrecision(10))),
    smooth: view.smoothing === plain.smoothing ? undefined : String(view.smoothing),
    logx: flag(view.logX, plain.logX),
    logy: flag(view.logY, plain.logY),
    cut: flag(view.cutOutliers, plain.cutOutliers),
  };
}
