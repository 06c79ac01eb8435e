// Plots of a run as PNG files, drawn by gnuplot in a child process. Every function writes its file atomically; without
// gnuplot it returns an Error that names the package. Names may be any text, in any language.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// One metric by epoch or step. Values that are not finite leave a gap.
struct Series {
    std::string name;  // as metrics are named: "train/loss", "val/accuracy_top1", "train/lr"
    std::vector<double> x, y;
};

// training_curves.png: one panel per kind of metric (loss, accuracy, others, learning rate), with train and val
// together. Series without a point are skipped; an Error when none has one.
Status plot_training_curves(const std::filesystem::path& png, const std::vector<Series>& series,
                            const std::string& title = "Training curves", const std::string& x_label = "epoch");

// confusion_matrix.png: rows are the true classes, columns the predicted ones. Normalised: each row as shares of the
// true class. Above 50 classes the cells have no numbers, above 100 the axes no names. An empty name is shown as its
// number.
Status plot_confusion_matrix(const std::filesystem::path& png, const std::vector<std::vector<double>>& counts,
                             const std::vector<std::string>& classes, bool normalize,
                             const std::string& title = "Confusion matrix");

// The curve of one class. A NaN score means that the curve is undefined (no such samples); it is skipped.
struct ClassCurve {
    std::string name;
    std::vector<double> x, y;  // PR: recall and precision; ROC: false and true positive rate; in the order of the curve
    double score = 0;          // average precision, or area under the curve
};

// The curves of a plot: every class up to 10, else the 5 best and the 5 worst, without points that make no
// visible difference, and the mean of all classes. Small, so it can be stored and drawn elsewhere.
struct ShownCurves {
    std::vector<ClassCurve> shown;  // best first; a class without a name has its number
    ClassCurve mean;
    std::size_t classes = 0;  // how many there are
};
ShownCurves shown_pr_curves(const std::vector<ClassCurve>& curves);
ShownCurves shown_roc_curves(const std::vector<ClassCurve>& curves);

// pr_curve.png and roc_curve.png.
Status plot_pr_curves(const std::filesystem::path& png, const ShownCurves& curves,
                      const std::string& title = "Precision and recall");
Status plot_roc_curves(const std::filesystem::path& png, const ShownCurves& curves, const std::string& title = "ROC");

}  // namespace goetia
