#include "plot/training_curves.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "plot/gnuplot.h"
#include "plot/palette.h"
#include "plot/plot.h"

namespace goetia {
namespace {

constexpr std::size_t kMaxPoints = 400, kFewPoints = 60;
constexpr int kPanelWidth = 560, kPanelHeight = 360, kTitleHeight = 40;

// "val/accuracy_top1" -> {"val", "accuracy_top1"}
std::pair<std::string, std::string> split_name(const std::string& name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string::npos ? std::pair(std::string(), name)
                                      : std::pair(name.substr(0, slash), name.substr(slash + 1));
}

PanelKind kind_of(const std::string& metric) {
    if (metric == "lr" || metric == "learning_rate") return PanelKind::kLearningRate;
    if (metric == "loss" || metric.ends_with("_loss")) return PanelKind::kLoss;
    return metric.starts_with("accuracy") ? PanelKind::kAccuracy : PanelKind::kOther;
}

// The legend's label of a series: "train", "val top1", "val precision_macro".
std::string label_of(PanelKind kind, const std::string& split, std::string metric) {
    if (kind == PanelKind::kLearningRate) metric.clear();
    if (kind == PanelKind::kLoss && metric.ends_with("loss")) metric.resize(metric.size() - (metric == "loss" ? 4 : 5));
    if (kind == PanelKind::kAccuracy)
        metric =
            metric.substr(std::min(metric.size(), metric.starts_with("accuracy_") ? std::size_t{9} : std::size_t{8}));
    const std::string label = split.empty() || metric.empty() ? split + metric : split + " " + metric;
    return label.empty() ? "all" : label;
}

std::string_view title_of(PanelKind kind) {
    switch (kind) {
        case PanelKind::kLoss: return "Loss";
        case PanelKind::kAccuracy: return "Accuracy";
        case PanelKind::kOther: return "Other metrics";
        case PanelKind::kLearningRate: return "Learning rate";
    }
    return "";
}

std::vector<double> finite(const std::vector<double>& values) {
    std::vector<double> kept;
    std::copy_if(values.begin(), values.end(), std::back_inserter(kept), [](double v) { return std::isfinite(v); });
    return kept;
}

// "val  (best 0.953)": for losses the smallest value, for other metrics the largest; a learning rate has none.
std::string key_text(PanelKind kind, const Series& line) {
    const std::vector<double> values = finite(line.y);
    if (kind == PanelKind::kLearningRate || values.empty()) return line.name;
    const double best = kind == PanelKind::kLoss ? *std::min_element(values.begin(), values.end())
                                                 : *std::max_element(values.begin(), values.end());
    return fmt::format("{}  (best {:.4g})", line.name, best);
}

std::string_view color_of(const Panel& panel, std::size_t i) {
    const auto are = [&](std::string_view split) {
        return std::count_if(panel.lines.begin(), panel.lines.end(),
                             [&](const Series& one) { return one.name.starts_with(split); });
    };
    if (are("train") <= 1 && are("val") <= 1) {
        if (panel.lines[i].name.starts_with("train")) return kTrainColor;
        if (panel.lines[i].name.starts_with("val")) return kValColor;
    }
    return kLineColors[i % kLineColors.size()];
}

std::string panel_script(const Panel& panel, std::size_t number, const std::string& x_label) {
    std::string script =
        fmt::format("set title {} offset 0,-0.4 textcolor '#222222'\nset xlabel {} textcolor '#444444' offset 0,0.3\n",
                    text_literal(title_of(panel.kind)), text_literal(x_label));
    script += panel.kind == PanelKind::kLoss || panel.kind == PanelKind::kLearningRate ? "set key top right\n"
                                                                                       : "set key bottom right\n";
    script += "set autoscale yfix\nset format y '%g'\nset offsets 0, 0, graph 0.06, graph 0.06\n";
    std::string plot;
    for (std::size_t i = 0; i < panel.lines.size(); ++i) {
        const Series line = thinned(panel.lines[i], kMaxPoints);
        const std::string block = fmt::format("p{}l{}", number, i);
        script += datablock(block, line.x, line.y);
        const bool dots = line.x.size() <= kFewPoints && panel.kind != PanelKind::kLearningRate;
        plot += fmt::format("{} ${} using 1:2 with {} linecolor '{}' linewidth 2 title {}", i == 0 ? "plot" : ",",
                            block, dots ? "linespoints pointtype 7 pointsize 0.55" : "lines", color_of(panel, i),
                            text_literal(key_text(panel.kind, panel.lines[i]), 40));
    }
    return script + plot + "\n";
}

}  // namespace

std::vector<Panel> panels_of(const std::vector<Series>& series) {
    std::vector<Panel> panels;
    for (const PanelKind kind : {PanelKind::kLoss, PanelKind::kAccuracy, PanelKind::kOther, PanelKind::kLearningRate}) {
        Panel panel{kind, {}};
        for (const Series& one : series) {
            const auto [split, metric] = split_name(one.name);
            if (kind_of(metric) == kind && !finite(one.y).empty())
                panel.lines.push_back({label_of(kind, split, metric), one.x, one.y});
        }
        if (!panel.lines.empty()) panels.push_back(std::move(panel));
    }
    return panels;
}

Series thinned(const Series& line, std::size_t limit) {
    const std::size_t count = std::min(line.x.size(), line.y.size());
    if (count <= limit) return line;
    Series few{line.name, {}, {}};
    for (std::size_t bucket = 0; bucket < limit; ++bucket) {
        double x = 0, y = 0, held = 0;
        for (std::size_t i = bucket * count / limit; i < (bucket + 1) * count / limit; ++i) {
            if (std::isfinite(line.x[i]) && std::isfinite(line.y[i])) x += line.x[i], y += line.y[i], held += 1;
        }
        if (held > 0) few.x.push_back(x / held), few.y.push_back(y / held);
    }
    return few;
}

Status plot_training_curves(const std::filesystem::path& png, const std::vector<Series>& series,
                            const std::string& title, const std::string& x_label) {
    const std::vector<Panel> panels = panels_of(series);
    if (panels.empty()) return invalid("cannot draw '{}': no metric has a point yet", png.native());
    const int count = static_cast<int>(panels.size()), columns = std::min(count, 2),
              rows = (count + columns - 1) / columns;
    const int height = rows * kPanelHeight + kTitleHeight;
    std::string script = script_head({columns * kPanelWidth, height});
    script += fmt::format("set multiplot layout {},{} margins {},{},{},{} spacing {},{}\n", rows, columns,
                          0.075 * 2 / columns, 1 - 0.02 * 2 / columns, 55.0 / height,
                          1 - (kTitleHeight + 30.0) / height, 0.09, 85.0 / height);
    script += fmt::format("set label 1 {} at screen 0.5,{} center font ',13' textcolor '#111111'\n",
                          text_literal(title, 90), 1 - 20.0 / height);
    for (std::size_t i = 0; i < panels.size(); ++i) script += panel_script(panels[i], i, x_label) + "unset label 1\n";
    return draw(png, script + "unset multiplot\n");
}

}  // namespace goetia
