// Which writer an order goes to.
#pragma once

#include "delivery/subject.h"

namespace goetia {

struct WrittenOrder {
    std::vector<std::filesystem::path> files;  // the one that runtimes open first
    std::string note;                          // what the reader must know: "engine not built here: TensorRT not found"
};

// `exact_share` of the layers, those that lose most by it, stay out of 8 bits.
Result<WrittenOrder> write_order(const DeliveryRequest& request, const DeliverySubject& subject,
                                 const ExportOrder& order, const std::filesystem::path& folder, double exact_share = 0);

}  // namespace goetia
