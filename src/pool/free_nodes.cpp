#include "pool/free_nodes.h"

#include <algorithm>

namespace goetia {

FreeNodes::Keys FreeNodes::keys_of(const PoolNode& node) {
    Keys keys;
    if (!node.connected || !node.heard || node.drain || node.draining || node.leaving || node.strangers) return keys;
    if (node.free_cores() > 0) keys.processor = {!node.gpus.empty(), node.price, -node.free_cores(), node.id};
    std::int64_t largest = -1;
    int free = 0;
    for (const PoolGpu& gpu : node.gpus) {
        if (gpu.is_free()) ++free, largest = std::max(largest, gpu.free_memory());
    }
    if (free > 0) keys.gpu = {largest, free, node.price, node.id};
    return keys;
}

void FreeNodes::update(const PoolNode& node) {
    Keys keys = keys_of(node);
    Keys& old = keys_[node.id];
    if (keys == old) return;
    if (old.processor != keys.processor) {
        if (old.processor) by_cores_.erase(*old.processor);
        if (keys.processor) by_cores_.insert(*keys.processor);
    }
    if (old.gpu != keys.gpu) {
        if (old.gpu) by_gpus_.erase(*old.gpu);
        if (keys.gpu) by_gpus_.insert(*keys.gpu);
    }
    old = keys;
}

void FreeNodes::remove(NodeId node) {
    const auto found = keys_.find(node);
    if (found == keys_.end()) return;
    if (found->second.processor) by_cores_.erase(*found->second.processor);
    if (found->second.gpu) by_gpus_.erase(*found->second.gpu);
    keys_.erase(found);
}

void FreeNodes::each(const TaskNeeds& needs, const std::function<bool(NodeId)>& visit) const {
    if (needs.gpus == 0) {
        for (const ProcessorKey& key : by_cores_) {
            if (!visit(std::get<NodeId>(key))) return;
        }
        return;
    }
    for (auto at = by_gpus_.lower_bound({needs.gpu_memory, 0, 0, 0}); at != by_gpus_.end(); ++at) {
        if (std::get<int>(*at) >= needs.gpus && !visit(std::get<NodeId>(*at))) return;
    }
}

}  // namespace goetia
