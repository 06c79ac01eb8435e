#include "experiment/record.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

const Json kDocument = Json::parse(R"({
  "experiment": {"name": "x", "description": "Ages from ears", "seed": 42},
  "model": {"type": "ImageClassifier", "backbone": {"type": "ResNet", "depth": 50}, "head": {"num_classes": 10, "dropout": 0.5, "loss": {"type": "CrossEntropyLoss", "label_smoothing": 0.1}},
            "pretrained": {"enabled": true}},
  "dataset": {"type": "ImageFolder", "data_roots": ["/data/a", "/data/b"], "split": {"type": "subject", "ratios": [0.7, 0.1, 0.2]}},
  "optimizer": {"type": "AdamW", "lr": 0.0001, "weight_decay": 0.0001, "betas": [0.9, 0.999]},
  "scheduler": {"type": "CosineAnnealingLR", "T_max": 500, "eta_min": 1e-7, "warmup": {"enabled": true, "epochs": 5}},
  "training": {"epochs": 500, "batch_size": 32, "num_workers": 8, "gradient_accumulation": {"steps": 2}, "gradient_clip": {"enabled": true, "max_norm": 1.0},
               "early_stopping": {"enabled": true, "patience": 100}, "ema": {"enabled": false}, "plot_interval": 10}
})");

const Json kInfo = Json::parse(R"({
  "version": "0.1.0", "timestamp": "20251225_164104", "device": "cuda", "world_size": 6, "gpu_names": ["A", "B"], "cuda_version": "12.8", "pytorch_version": "2.13.0",
  "dataset": {"total_samples": 3092, "train_samples": 2211, "train_subjects": 734, "image_dir": null, "test_size": 0.2, "val_size": 0.1, "split_method": "by_subject_id"}, "output_dir": "./outputs"
})");

TEST(RunRecord, contains_every_field_of_the_specification) {
    const Json record = run_record(kDocument, kInfo);
    const Json expected = Json::parse(R"({
      "script_name": "goetia train", "script_version": "0.1.0", "timestamp": "20251225_164104", "description": "Ages from ears",
      "device": "cuda", "world_size": 6, "use_ddp": true, "gpu_names": ["A", "B"], "cuda_version": "12.8", "pytorch_version": "2.13.0",
      "dataset": {"image_dir": "/data/a", "excel_path": null, "total_samples": 3092, "train_samples": 2211, "val_samples": null, "test_samples": null,
                  "train_subjects": 734, "val_subjects": null, "test_subjects": null, "total_subjects": null, "test_size": 0.2, "val_size": 0.1,
                  "random_seed": 42, "split_method": "by_subject_id", "data_leakage_prevention": true},
      "model": {"architecture": "resnet50", "pretrained": true, "dropout": 0.5, "output_dim": 10, "task": "classification"},
      "training": {"loss_function": "CrossEntropyLoss", "optimizer": "AdamW", "optimizer_params": {"betas": [0.9, 0.999]}, "lr_scheduler": "CosineAnnealingLR",
                   "scheduler_params": {"T_max": 500, "eta_min": 1e-7}, "warmup_epochs": 5, "max_grad_norm": 1.0, "epochs": 500, "patience": 100, "batch_size": 32,
                   "effective_batch_size": 384, "learning_rate": 0.0001, "weight_decay": 0.0001, "num_workers": 8, "plot_interval": 10},
      "optimizations": {"gradient_clipping": true, "warmup": true, "early_stopping": true, "cosine_annealing": true, "mixed_precision": false, "ema": false,
                        "gradient_accumulation": true, "label_smoothing": true},
      "output_dir": "./outputs"
    })");
    EXPECT_EQ(record, expected) << record.dump(2);
}

TEST(RunRecord, invents_nothing) {
    const Json record = run_record(Json::object(), Json::object());
    for (const char* key : {"script_version", "timestamp", "description", "device", "world_size", "use_ddp",
                            "gpu_names", "cuda_version", "pytorch_version", "output_dir"})
        EXPECT_TRUE(record.at(key).is_null()) << key;
    for (const char* section : {"dataset", "model", "training"}) {
        for (const auto& [key, value] : record.at(section).items())
            EXPECT_TRUE(value.is_null()) << section << "." << key << " " << value;
    }
    for (const auto& [key, value] : record.at("optimizations").items()) EXPECT_EQ(value, false) << key;
}

TEST(RunRecord, disabled_sections_are_not_recorded_as_enabled) {
    Json document = kDocument;
    document["scheduler"]["warmup"]["enabled"] = false;
    document["training"]["gradient_clip"]["enabled"] = false;
    document["training"].erase("gradient_accumulation");
    const Json record = run_record(document, {{"world_size", 1}, {"dataset", {{"split_method", "random"}}}});
    EXPECT_EQ(record["training"]["warmup_epochs"], 0);
    EXPECT_TRUE(record["training"]["max_grad_norm"].is_null());
    EXPECT_EQ(record["training"]["effective_batch_size"], 32);
    EXPECT_EQ(record["optimizations"]["gradient_accumulation"], false);
    EXPECT_EQ(record["dataset"]["data_leakage_prevention"], false);
    EXPECT_EQ(record["use_ddp"], false);
}

}  // namespace
}  // namespace goetia
