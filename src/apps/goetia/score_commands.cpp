// goetia score: the evaluator alone, on files.
#include "apps/goetia/command.h"
#include "apps/goetia/score_kit.h"

namespace goetia::cli {

void add_score_commands(Command& app, Context& context) {
    Command& noun = app.command("score", "Score predictions from files against the ground truth");
    noun.needs_command();
    Command& classification = noun.command(
        "classification", "CSV 'sample,label' and CSV 'sample,score_0,...'; conventions are scikit-learn's");
    const auto options = std::make_shared<ScoreOptions>();
    classification.option("--truth", options->truth, "the CSV file with the labels").required();
    classification.option("--predictions", options->predictions, "the CSV file with the scores").required();
    classification.option("--topk", options->topk, "the k of accuracy_topk").separator(',').positive().show_default();
    classification.option("--pictures", options->plots,
                          "a folder to draw the confusion matrix and the PR and ROC curves in");
    context.on(classification, [options] { return score_classification(*options); });

    Command& detection =
        noun.command("detection", "COCO's annotations and its list of results; the numbers are pycocotools', or VOC's");
    const auto files = std::make_shared<ScoreOptions>();
    detection.option("--truth", files->truth, "the JSON file with images, categories and annotations").required();
    detection
        .option("--predictions", files->predictions,
                "the JSON list of image_id, category_id, bbox or segmentation, and score")
        .required();
    detection.option("--iou-type", files->iou_type, "compare boxes (bbox) or masks (segm)")
        .choices({"bbox", "segm"})
        .show_default();
    detection
        .option("--convention", files->convention, "whose rules: COCO's, or VOC's for boxes of 2007 or from 2010 on")
        .choices({"coco", "voc07", "voc10"})
        .show_default();
    context.on(detection, [files] { return score_detection(*files); });

    Command& segmentation = noun.command("segmentation", "two folders of PNG masks with the same names");
    const auto folders = std::make_shared<ScoreOptions>();
    segmentation.option("--truth", folders->truth, "the folder of the true masks: class numbers, 255 is ignored")
        .required();
    segmentation.option("--predictions", folders->predictions, "the folder of the predicted masks").required();
    segmentation
        .option("--classes", folders->classes, "how many classes there are; else up to the highest in the masks")
        .range(1, 255);
    context.on(segmentation, [folders] { return score_segmentation(*folders); });

    Command& regression = noun.command("regression", "CSV 'sample,<target>,...' twice; conventions are scikit-learn's");
    const auto values = std::make_shared<ScoreOptions>();
    regression.option("--truth", values->truth, "the CSV file with the true values, and 'subject' if known").required();
    regression.option("--predictions", values->predictions, "the CSV file with the predicted values").required();
    context.on(regression, [values] { return score_regression(*values); });
}

}  // namespace goetia::cli
