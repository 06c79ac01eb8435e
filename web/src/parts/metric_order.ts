// The master's rule (lower_is_better): by a part of the metric's name.
export function lowerIsBetter(metric: string): boolean {
  return /loss|error|mae|mse|seconds|perplexity/.test(metric);
}
