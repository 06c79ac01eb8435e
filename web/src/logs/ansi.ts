// Text of a terminal as spans: colours of ANSI sequences are kept, every other sequence is dropped. The result is data;
// nothing of the text ever becomes markup.
export interface Span {
  text: string;
  // 0 to 7 of the terminal's colours.
  colour: number | null;
  bold: boolean;
  faint: boolean;
}

const SEQUENCE = /\u001b(?:\[([0-9;:?]*)([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_]|$)/g;

interface Style {
  colour: number | null;
  bold: boolean;
  faint: boolean;
}

const PLAIN: Style = { colour: null, bold: false, faint: false };

// 256 and true colours are dropped whole: their numbers must not be read as colours of their own.
function styled(style: Style, codes: number[]): Style {
  let next = { ...style };
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index]!;
    if (code === 0) next = { ...PLAIN };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.faint = true;
    else if (code === 22) next.bold = next.faint = false;
    else if (code >= 30 && code <= 37) next.colour = code - 30;
    else if (code >= 90 && code <= 97) next.colour = code - 90;
    else if (code === 39) next.colour = null;
    else if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : codes[index + 1] === 2 ? 4 : 0;
  }
  return next;
}

function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
}

export function ansiSpans(line: string): Span[] {
  if (!line.includes("\u001b")) return [{ text: withoutControls(line), ...PLAIN }];
  const spans: Span[] = [];
  let style = PLAIN;
  let from = 0;
  const push = (text: string): void => {
    const clean = withoutControls(text);
    if (clean) spans.push({ text: clean, ...style });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") style = styled(style, (match[1] || "0").split(/[;:]/).map(Number));
  }
  push(line.slice(from));
  return spans;
}

// What a terminal shows of one line: after a carriage return the text begins anew over the old one.
export function afterReturns(line: string): string {
  if (!line.includes("\r")) return line;
  const parts = line.replace(/\r+$/, "").split("\r");
  let shown = "";
  for (const part of parts) {
    if (part === "") continue;
    const erased = part.includes("\u001b[K") || part.includes("\u001b[2K");
    shown = erased || part.includes("\u001b") || shown.includes("\u001b") ? part : part + shown.slice(part.length);
  }
  return shown;
}

export function plainText(line: string): string {
  return withoutControls(line.replace(SEQUENCE, ""));
}
