// How well `text` answers what was typed: every word of it must be found, in any order; letters in one piece, at the
// start of a word, count most. 0: not at all.
export function fuzzyScore(typed: string, text: string): number {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const low = text.toLowerCase();
  let sum = 1;
  for (const word of words) {
    const score = wordScore(word, low);
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

function wordScore(word: string, text: string): number {
  const at = text.indexOf(word);
  if (at >= 0) return 10 + (at === 0 || /[\s_\-/.:·]/.test(text[at - 1]!) ? 5 : 0);
  let from = 0;
  let jumps = 0;
  for (const letter of word) {
    const found = text.indexOf(letter, from);
    if (found < 0) return 0;
    if (found > from) jumps += 1;
    from = found + 1;
  }
  // Letters strewn all over match nearly every text.
  return jumps <= Math.max(1, word.length / 2) ? 3 : 0;
}
