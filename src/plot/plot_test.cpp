#include "plot/plot.h"

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"
#include "plot/class_curves.h"
#include "plot/gnuplot.h"
#include "plot/training_curves.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

// Ten epochs of a run that learns.
std::vector<Series> run_of(int epochs) {
    std::vector<Series> all{{"train/loss", {}, {}},        {"val/loss", {}, {}},     {"train/accuracy_top1", {}, {}},
                            {"val/accuracy_top1", {}, {}}, {"val/f1_macro", {}, {}}, {"val/precision_macro", {}, {}},
                            {"train/lr", {}, {}}};
    for (int i = 1; i <= epochs; ++i) {
        const double t = static_cast<double>(i) / epochs, wave = 0.02 * std::sin(i * 1.7);
        const double values[] = {
            2.3 * std::exp(-3 * t) + wave,        2.3 * std::exp(-2.4 * t) + 0.15 + 2 * wave, 1 - std::exp(-4 * t),
            0.95 - std::exp(-3.5 * t) + wave,     0.93 - std::exp(-3.2 * t) + wave,           0.94 - std::exp(-3.1 * t),
            0.1 * (1 + std::cos(3.14159 * t)) / 2};
        for (std::size_t k = 0; k < all.size(); ++k) all[k].x.push_back(i), all[k].y.push_back(values[k]);
    }
    return all;
}

std::vector<ClassCurve> curves_of(std::size_t classes, bool roc) {
    std::vector<ClassCurve> all;
    for (std::size_t i = 0; i < classes; ++i) {
        const double power = 2 + static_cast<double>((i * 7) % 11);
        ClassCurve curve{
            i % 3 == 0 ? "类别 " + std::to_string(i) : "class " + std::to_string(i), {}, {}, power / (power + 1)};
        for (int k = 0; k <= 300; ++k) {
            const double x = k / 300.0;
            curve.x.push_back(x), curve.y.push_back(roc ? std::pow(x, 1 / power) : 1 - std::pow(x, power));
        }
        all.push_back(std::move(curve));
    }
    return all;
}

std::vector<std::vector<double>> matrix_of(std::size_t classes) {
    std::vector<std::vector<double>> counts(classes, std::vector<double>(classes, 0));
    for (std::size_t i = 0; i < classes; ++i) {
        for (std::size_t j = 0; j < classes; ++j)
            counts[i][j] = i == j ? 80 - static_cast<double>(i % 5) * 9
                                  : static_cast<double>((i * 31 + j * 17) % 13 == 0 ? (i + j) % 9 : 0);
    }
    return counts;
}

std::vector<std::string> names_of(std::size_t classes) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < classes; ++i)
        names.push_back(i % 4 == 1 ? "红色圆形" : i % 4 == 2 ? "golden retriever" : "kind_" + std::to_string(i));
    return names;
}

struct PngSize {
    int width = 0, height = 0;
};

// From a PNG's first chunk; zero when it is not a PNG or is truncated.
PngSize png_size(const fs::path& path) {
    const auto bytes = read_file(path);
    if (!bytes || bytes->size() < 45 || !bytes->starts_with("\x89PNG\r\n\x1a\n") ||
        bytes->substr(bytes->size() - 8, 4) != "IEND")
        return {};
    const auto number = [&](std::size_t at) {
        int value = 0;
        for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>((*bytes)[at + i]);
        return value;
    };
    return {number(16), number(20)};
}

class Plot : public testing::Test {
  protected:
    testkit::TemporaryFolder temporary_;
    const char* const kept_ = std::getenv("GOETIA_PICTURES");  // where to leave them, to look at them
    const fs::path folder_ = kept_ != nullptr ? fs::path(kept_) : temporary_.path();
};

TEST_F(Plot, draws_the_curves_of_a_run) {
    const fs::path png = folder_ / "training_curves.png";
    const Status drawn = plot_training_curves(png, run_of(30));
    ASSERT_TRUE(drawn) << drawn.error().message;
    EXPECT_EQ(png_size(png).width, 1120);
    EXPECT_EQ(png_size(png).height, 760);
}

TEST_F(Plot, runs_of_one_epoch_or_with_gaps_are_drawn_too) {
    ASSERT_TRUE(plot_training_curves(folder_ / "one.png", run_of(1)));
    std::vector<Series> series = run_of(20);
    series[0].y[5] = NAN, series[1].y[7] = INFINITY;
    ASSERT_TRUE(plot_training_curves(folder_ / "gaps.png", series));
    EXPECT_GT(png_size(folder_ / "gaps.png").width, 0);
}

TEST_F(Plot, a_run_without_a_point_is_refused) {
    const fs::path png = folder_ / "none.png";
    EXPECT_EQ(plot_training_curves(png, {{"train/loss", {}, {}}}).error().message,
              "cannot draw '" + png.native() + "': no metric has a point yet");
    EXPECT_FALSE(fs::exists(png));
}

TEST_F(Plot, draws_confusion_matrices_of_all_sizes) {
    for (const std::size_t classes : {2, 10, 50, 100, 300}) {
        const fs::path png = folder_ / ("confusion_" + std::to_string(classes) + ".png");
        const Status drawn = plot_confusion_matrix(png, matrix_of(classes), names_of(classes), classes != 10);
        ASSERT_TRUE(drawn) << drawn.error().message;
        EXPECT_GT(png_size(png).width, 250) << classes;
        EXPECT_LT(png_size(png).width, 2000) << classes;
    }
}

TEST_F(Plot, a_matrix_that_is_not_square_is_refused) {
    const fs::path png = folder_ / "matrix.png";
    EXPECT_EQ(plot_confusion_matrix(png, {{1, 2}, {3, 4}}, {"a"}, true).error().message,
              "cannot draw '" + png.native() +
                  "': a confusion matrix needs as many rows, columns and names; found 2 rows and 1 names");
}

TEST_F(Plot, a_matrix_of_zeros_is_drawn) {
    EXPECT_TRUE(plot_confusion_matrix(folder_ / "zeros.png", {{0, 0}, {0, 0}}, {"", ""}, true));
}

TEST_F(Plot, draws_pr_and_roc_curves) {
    for (const std::size_t classes : {2, 10, 40}) {
        const Status pr = plot_pr_curves(folder_ / ("pr_" + std::to_string(classes) + ".png"),
                                         shown_pr_curves(curves_of(classes, false)));
        ASSERT_TRUE(pr) << pr.error().message;
        const Status roc = plot_roc_curves(folder_ / ("roc_" + std::to_string(classes) + ".png"),
                                           shown_roc_curves(curves_of(classes, true)));
        ASSERT_TRUE(roc) << roc.error().message;
    }
    EXPECT_EQ(png_size(folder_ / "pr_40.png").width, 980);
    EXPECT_EQ(png_size(folder_ / "roc_40.png").height, 640);
}

TEST_F(Plot, classes_without_a_curve_are_skipped_and_none_at_all_is_an_error) {
    std::vector<ClassCurve> curves = curves_of(3, false);
    curves[1] = {"absent", {}, {}, NAN};
    EXPECT_TRUE(plot_pr_curves(folder_ / "two.png", shown_pr_curves(curves)));
    const fs::path png = folder_ / "none.png";
    EXPECT_EQ(plot_roc_curves(png, shown_roc_curves({{"absent", {}, {}, NAN}})).error().message,
              "cannot draw '" + png.native() +
                  "': no class has a curve; each needs samples that are of it and samples that are not");
}

// Names that would execute something, or break the script, if gnuplot interpreted them.
TEST_F(Plot, no_name_is_a_command) {
    const fs::path trap = folder_ / "trap";
    const std::string run = "touch " + trap.native();
    const std::vector<std::string> names{"`" + run + "`",
                                         "'; system('" + run + "'); '",
                                         "\"; system(\"" + run + "\") #",
                                         "EOD\nsystem '" + run + "'\n",
                                         "%d %s 50% {/Bold x}_a^b",
                                         "@macro $data \\",
                                         "\xff\xfe 坏 UTF-8",
                                         ""};
    const Status matrix =
        plot_confusion_matrix(folder_ / "hostile.png", matrix_of(names.size()), names, false, names[0] + names[1]);
    ASSERT_TRUE(matrix) << matrix.error().message;
    std::vector<ClassCurve> curves = curves_of(names.size(), true);
    std::vector<Series> series = run_of(5);
    for (std::size_t i = 0; i < names.size(); ++i) curves[i].name = names[i];
    for (std::size_t i = 0; i < series.size(); ++i) series[i].name = "val/" + names[i];
    const Status roc = plot_roc_curves(folder_ / "hostile_roc.png", shown_roc_curves(curves), names[3]);
    ASSERT_TRUE(roc) << roc.error().message;
    const Status training = plot_training_curves(folder_ / "hostile_run.png", series, names[2]);
    ASSERT_TRUE(training) << training.error().message;
    EXPECT_FALSE(fs::exists(trap));
}

TEST_F(Plot, without_gnuplot_the_package_is_named) {
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", folder_.c_str(), 1);
    const Status drawn = plot_training_curves(folder_ / "nothing.png", run_of(2));
    ::setenv("PATH", path.c_str(), 1);
    EXPECT_EQ(drawn.error().message,
              "cannot draw plots: 'gnuplot' is not installed; install the package gnuplot-nox (and "
              "fonts-wqy-microhei for Chinese names)");
    EXPECT_EQ(drawn.error().code, Code::kUnavailable);
}

TEST_F(Plot, a_failed_script_leaves_no_file_and_quotes_gnuplot) {
    const fs::path png = folder_ / "bad.png";
    const Status drawn = draw(png, "plot nothing_such\n");
    ASSERT_FALSE(drawn);
    EXPECT_TRUE(drawn.error().message.starts_with("cannot draw '" + png.native() + "': gnuplot ended with code 1: "))
        << drawn.error().message;
    EXPECT_FALSE(fs::exists(png));
}

TEST_F(Plot, a_missing_folder_is_named) {
    const fs::path png = folder_ / "missing" / "curves.png";
    EXPECT_EQ(plot_training_curves(png, run_of(2)).error().message,
              "cannot write '" + png.native() + "': No such file or directory");
}

TEST(PlotTexts, are_cut_and_escaped) {
    EXPECT_EQ(text_literal("it's"), R"("it's")");
    EXPECT_EQ(text_literal("a`b\nc"), R"("a'b c")");
    EXPECT_EQ(text_literal(R"(a "b" \n)"), R"("a \"b\" \\n")");
    EXPECT_EQ(text_literal("100%"), R"("100%")");
    EXPECT_EQ(tic_literal("100%"), R"("100%%")");
    EXPECT_EQ(text_literal("红色圆形", 6), R"("红色…")");
    EXPECT_EQ(text_literal("\xff"), R"("?")");
    EXPECT_EQ(text_columns("红a"), 3U);
}

TEST(PlotPanels, group_series_of_one_kind) {
    const auto panels = panels_of(run_of(3));
    ASSERT_EQ(panels.size(), 4U);
    EXPECT_EQ(panels[0].kind, PanelKind::kLoss);
    EXPECT_EQ(panels[0].lines[1].name, "val");
    EXPECT_EQ(panels[1].lines[0].name, "train top1");
    EXPECT_EQ(panels[2].lines[0].name, "val f1_macro");
    EXPECT_EQ(panels[3].lines[0].name, "train");
}

TEST(PlotPanels, long_series_are_averaged_in_buckets) {
    Series line{"train/loss", {}, {}};
    for (int i = 0; i < 100'000; ++i) line.x.push_back(i), line.y.push_back(i % 2 == 0 ? 1 : 3);
    const Series few = thinned(line, 1000);
    EXPECT_EQ(few.x.size(), 1000U);
    EXPECT_DOUBLE_EQ(few.y[500], 2);
}

TEST(PlotCurves, of_many_classes_the_best_and_the_worst_are_shown) {
    std::vector<ClassCurve> curves;
    for (int i = 0; i < 40; ++i) curves.push_back({std::to_string(i), {0, 1}, {1, 1}, i / 40.0});
    curves[39].score = NAN;
    EXPECT_EQ(chosen_curves(curves), (std::vector<std::size_t>{38, 37, 36, 35, 34, 4, 3, 2, 1, 0}));
}

TEST(PlotCurves, the_mean_lies_between) {
    const std::vector<ClassCurve> roc{
        {"a", {0, 0, 1}, {0, 1, 1}, 1.0}, {"b", {0, 1}, {0, 1}, 0.5}, {"absent", {}, {}, NAN}};
    const ClassCurve mean = mean_roc_curve(roc);
    EXPECT_DOUBLE_EQ(mean.score, 0.75);
    EXPECT_DOUBLE_EQ(mean.y[100], 0.75);
    EXPECT_DOUBLE_EQ(mean.y[0], 0);
    EXPECT_DOUBLE_EQ(mean.y[200], 1);
    const std::vector<ClassCurve> pr{{"a", {1, 0.5, 0}, {0.5, 0.2, 1}, 0.6}};
    EXPECT_DOUBLE_EQ(mean_pr_curve(pr).y[60], 0.5) << "the best precision at that recall or more";
}

}  // namespace
}  // namespace goetia
