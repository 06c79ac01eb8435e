// A graph as text: what can be read is written as a text that reads as the same graph.
#include "fuzz/fuzz.h"
#include "graph/text.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto graph = goetia::graph_from_text(goetia::fuzz::text_of(data, size));
    if (!graph) return 0;
    const std::string text = goetia::graph_text(*graph);
    const auto again = goetia::graph_from_text(text);
    goetia::fuzz::expect(again.ok() && goetia::graph_text(*again) == text);
    return 0;
}
