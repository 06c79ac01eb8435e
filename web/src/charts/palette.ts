// The colours of a chart, read from the tokens: a canvas knows no CSS variables.
export interface Palette {
  series: string[];
  texts: string[];
  ground: string;
  grid: string;
  base: string;
  axis: string;
  ink: string;
  muted: string;
  cross: string;
  star: string;
  font: string;
}

export function paletteAt(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const eight = [1, 2, 3, 4, 5, 6, 7, 8];
  return {
    series: eight.map((n) => token(`--s${n}`)),
    texts: eight.map((n) => token(`--s${n}t`)),
    ground: token("--surface"),
    grid: token("--grid"),
    base: token("--line-2"),
    axis: token("--axis"),
    ink: token("--ink"),
    muted: token("--ink-4"),
    cross: token("--cross"),
    star: token("--star"),
    font: token("--font"),
  };
}

// Pictures that leave the page are on light ground, whatever the theme.
export function lightPalette(): Palette {
  const probe = document.createElement("div");
  probe.dataset.theme = "light";
  document.body.append(probe);
  const palette = paletteAt(probe);
  probe.remove();
  return palette;
}

export function colourOf(palette: Palette, colour: number): string {
  return palette.series[colour - 1] ?? palette.muted;
}

export function textColourOf(palette: Palette, colour: number): string {
  return palette.texts[colour - 1] ?? palette.axis;
}
