#include "plot/class_curves.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "plot/gnuplot.h"
#include "plot/palette.h"

namespace goetia {
namespace {

constexpr int kGrid = 201;
constexpr double kSeen = 1.0 / 800;
constexpr FigureSize kSize{980, 640};

bool is_defined(const ClassCurve& curve) {
    return std::isfinite(curve.score) && !curve.x.empty() && curve.x.size() == curve.y.size();
}

double best_from(const ClassCurve& curve, double recall) {
    double best = 0;
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
        if (curve.x[i] >= recall - 1e-12) best = std::max(best, curve.y[i]);
    }
    return best;
}

// x must not decrease; of several points at one x the last counts, except at 0, where the curve starts.
double between(const ClassCurve& curve, double x) {
    if (x <= 0) return curve.y.front();
    const auto after = std::upper_bound(curve.x.begin(), curve.x.end(), x);
    if (after == curve.x.end()) return curve.y.back();
    if (after == curve.x.begin()) return curve.y.front();
    const auto i = static_cast<std::size_t>(after - curve.x.begin());
    const double share = (x - curve.x[i - 1]) / (curve.x[i] - curve.x[i - 1]);
    return curve.y[i - 1] + share * (curve.y[i] - curve.y[i - 1]);
}

template <class Height>
ClassCurve mean_curve(const std::vector<ClassCurve>& curves, Height height) {
    ClassCurve mean{"", std::vector<double>(kGrid), std::vector<double>(kGrid, 0.0), 0};
    double count = 0;
    for (const ClassCurve& curve : curves) {
        if (!is_defined(curve)) continue;
        count += 1, mean.score += curve.score;
        for (int i = 0; i < kGrid; ++i) mean.y[static_cast<std::size_t>(i)] += height(curve, i / double{kGrid - 1});
    }
    for (int i = 0; i < kGrid; ++i)
        mean.x[static_cast<std::size_t>(i)] = i / double{kGrid - 1}, mean.y[static_cast<std::size_t>(i)] /= count;
    mean.score /= count;
    mean.name = fmt::format("mean of {} classes", count);
    return mean;
}

struct CurveTexts {
    std::string_view x, y;
    bool diagonal = false;  // the curve of random guessing
};

std::string curves_script(const ShownCurves& curves, const std::string& title, const CurveTexts& texts) {
    const std::vector<ClassCurve>& shown = curves.shown;
    const ClassCurve& mean = curves.mean;
    std::string script = script_head(kSize, 11);
    script += fmt::format(
        "set title {} font ',14' textcolor '#111111'\nset xlabel {} textcolor '#444444'\nset ylabel {} textcolor "
        "'#444444'\n",
        text_literal(title, 90), text_literal(texts.x), text_literal(texts.y));
    script +=
        "set xrange [0:1]\nset yrange [0:1.01]\nset xtics 0.2\nset ytics 0.2\nset format '%.1f'\nset key at screen "
        "0.675,0.925 left top vertical Left reverse maxrows 20\n";
    script +=
        "set lmargin at screen 0.075\nset rmargin at screen 0.66\nset bmargin at screen 0.1\nset tmargin at screen "
        "0.92\n";
    std::string plot = "plot ";
    if (texts.diagonal)
        plot += fmt::format("x with lines linecolor '{}' linewidth 1 dashtype 3 title {}, ", kFaintColor,
                            text_literal("chance"));
    if (shown.size() < curves.classes)
        plot += fmt::format("keyentry with lines linecolor '#ffffff' title {}, ",
                            text_literal(fmt::format("best and worst of {}", curves.classes)));
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const ClassCurve& curve = shown[i];
        script += datablock(fmt::format("c{}", i), curve.x, curve.y);
        plot += fmt::format("$c{} using 1:2 with lines linecolor '{}' linewidth 1.6 title {}, ", i,
                            kClassColors[i % kClassColors.size()],
                            text_literal(fmt::format("{:.3f}  {}", curve.score, curve.name), 38));
    }
    script += datablock("mean", mean.x, mean.y);
    return script + plot +
           fmt::format("$mean using 1:2 with lines linecolor '{}' linewidth 3 title {}\n", kMeanColor,
                       text_literal(fmt::format("{:.3f}  {}", mean.score, mean.name), 38));
}

ShownCurves shown_of(const std::vector<ClassCurve>& curves, ClassCurve mean) {
    ShownCurves all{.shown = {}, .mean = std::move(mean), .classes = curves.size()};
    for (const std::size_t place : chosen_curves(curves)) {
        all.shown.push_back(thinned(curves[place]));
        if (all.shown.back().name.empty()) all.shown.back().name = std::to_string(place);
    }
    return all;
}

Status check(const std::filesystem::path& png, const ShownCurves& curves) {
    if (!curves.shown.empty()) return {};
    return invalid("cannot draw '{}': no class has a curve; each needs samples that are of it and samples that are not",
                   png.native());
}

}  // namespace

std::vector<std::size_t> chosen_curves(const std::vector<ClassCurve>& curves, std::size_t limit) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        if (is_defined(curves[i])) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return curves[a].score > curves[b].score; });
    if (order.size() > limit)
        order.erase(order.begin() + static_cast<std::ptrdiff_t>(limit / 2),
                    order.end() - static_cast<std::ptrdiff_t>(limit - limit / 2));
    return order;
}

ClassCurve mean_pr_curve(const std::vector<ClassCurve>& curves) { return mean_curve(curves, best_from); }
ClassCurve mean_roc_curve(const std::vector<ClassCurve>& curves) { return mean_curve(curves, between); }

ClassCurve thinned(const ClassCurve& curve) {
    ClassCurve few{curve.name, {}, {}, curve.score};
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
        const bool is_end = i == 0 || i + 1 == curve.x.size();
        if (is_end || std::fabs(curve.x[i] - few.x.back()) > kSeen || std::fabs(curve.y[i] - few.y.back()) > kSeen)
            few.x.push_back(curve.x[i]), few.y.push_back(curve.y[i]);
    }
    return few;
}

ShownCurves shown_pr_curves(const std::vector<ClassCurve>& curves) { return shown_of(curves, mean_pr_curve(curves)); }
ShownCurves shown_roc_curves(const std::vector<ClassCurve>& curves) { return shown_of(curves, mean_roc_curve(curves)); }

Status plot_pr_curves(const std::filesystem::path& png, const ShownCurves& curves, const std::string& title) {
    GOETIA_TRY(check(png, curves));
    return draw(png, curves_script(curves, title, {"recall", "precision", false}));
}

Status plot_roc_curves(const std::filesystem::path& png, const ShownCurves& curves, const std::string& title) {
    GOETIA_TRY(check(png, curves));
    return draw(png, curves_script(curves, title, {"false positive rate", "true positive rate", true}));
}

}  // namespace goetia
