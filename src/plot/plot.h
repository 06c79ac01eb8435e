// Pictures of a run as PNG files, drawn by gnuplot as a child process. Every function writes beside and renames, and
// gives an Error that names the package when gnuplot is not there. Names may hold anything, in any language.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

// One line of numbers by epoch or step. Values that are no finite numbers leave a gap.
struct Series {
    std::string name;  // as metrics are named: "train/loss", "val/accuracy_top1", "train/lr"
    std::vector<double> x, y;
};

// training_curves.png: one panel for what is alike (loss, accuracy, the other metrics, learning rate), train and val in
// one panel. Series without a point are passed over; with none at all it is an Error.
Status plot_training_curves(const std::filesystem::path& png, const std::vector<Series>& series,
                            const std::string& title = "Training curves", const std::string& x_label = "epoch");

// confusion_matrix.png: rows are the truth, columns what was said. Normalised: each row as shares of the truth. With
// more than 50 classes the cells hold no numbers, with more than 100 the axes no names. An empty name becomes its
// number.
Status plot_confusion_matrix(const std::filesystem::path& png, const std::vector<std::vector<double>>& counts,
                             const std::vector<std::string>& classes, bool normalize,
                             const std::string& title = "Confusion matrix");

// One class's curve. A score that is NaN says that the curve is not defined (no such sample); it is passed over.
struct ClassCurve {
    std::string name;
    std::vector<double> x, y;  // PR: recall and precision; ROC: false and true positive rate; in the order of the curve
    double score = 0;          // average precision, or area under the curve
};

// What a picture of curves shows: every class up to 10, else the 5 best and the 5 worst, without the points that no eye
// would miss, and the mean of all classes. Small, whatever it was made of: it may be kept and drawn elsewhere.
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
