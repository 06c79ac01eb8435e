// A run's checkpoint: everything a resumed run needs to go on as if it had never stopped, in one .pth file that Python
// opens with torch.load(path, weights_only=True).
#pragma once

#include <string>

#include "learn/loop/trainer.h"
#include "weights/value.h"

namespace goetia {

// Keys: model, optimizer, scheduler, ema, scaler, rng, epoch, step, metrics, classes, preprocessing, config_hash, and
// goetia {format, batch, sums, hooks}. The tensors are views: write it before the next step. Every rank must call it.
Value pack_checkpoint(Trainer& trainer);

// Puts a trainer where the checkpoint was taken. A checkpoint of another model is refused with every difference named.
Status unpack_checkpoint(const Value& checkpoint, const std::string& named, Trainer& trainer);

}  // namespace goetia
