// What is exported: the trained model, its graph, and what it computes of real images.
#pragma once

#include "delivery/delivery.h"
#include "exporters/runtimes/foreign_runtime.h"
#include "graph/graph.h"
#include "learn/loop/settings.h"

namespace goetia {

struct DeliverySubject {
    TrainSettings settings;
    TrainedModel trained;
    std::shared_ptr<const Dataset> data;  // the validation split
    std::vector<std::int64_t> image;      // channels, height, width
    at::Tensor images;                    // float [samples, channels, height, width]
    at::Tensor calibration;               // the same with more or fewer of them
    std::vector<at::Tensor> wanted;       // what the model makes of them: its floating outputs
    Outputs of_one;        // all outputs for one image: those that are no numbers of the image's are the same for all
    ModelGraph graph;      // after the common passes
    MetricValues metrics;  // of the model itself; empty: not asked for
};

Result<DeliverySubject> make_subject(const DeliveryRequest& request, const Components& components);

FloatArray array_of(const at::Tensor& tensor);
at::Tensor tensor_of(const FloatArray& array);

// The metrics of the validation split with `session` in the place of the model's forward pass; null: the model itself.
Result<MetricValues> measured_metrics(const DeliveryRequest& request, const Components& components,
                                      const DeliverySubject& subject, ForeignSession* session);

}  // namespace goetia
