// Heads that look for objects at every place of every map: what RetinaNet, FCOS and SSD have in common.
//
// Their outputs are plain maps, part by part and level by level: [class maps..., code maps...]. What a place is comes
// from the sizes of these and of the row.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "component/args.h"
#include "component/schema.h"
#include "learn/boxes/assigner.h"
#include "learn/boxes/box_coder.h"
#include "learn/boxes/places.h"
#include "learn/boxes/selection.h"
#include "learn/tasks/objects.h"

namespace goetia {

// [rows, boxes of a cell * columns, height, width] as [rows, places, columns], in the order of Places.
at::Tensor by_place(const at::Tensor& maps, std::int64_t columns);
// The same of all levels, one after the other.
at::Tensor by_place(std::span<const at::Tensor> levels, std::int64_t columns);

// The defaults of a head, as its file writes them.
struct DenseDefaults {
    Json anchors, assigner, box_coder, loss_cls, loss_box;
    Selection selection;
};

class DenseHead : public DetectionHead {
  public:
    [[nodiscard]] std::int64_t outcomes() const final { return parts_.classes; }
    [[nodiscard]] Predictions predict(const Outputs& outputs, const std::vector<Frame>& frames) const final;

  protected:
    struct Parts {
        std::int64_t classes = 0;
        std::vector<std::int64_t> in_channels, per_cell;  // of each map
        std::shared_ptr<Anchors> anchors;
        std::shared_ptr<Assigner> assigner;
        std::shared_ptr<BoxCoder> coder;
        std::shared_ptr<Loss> loss_cls, loss_box;
        Selection selection;
    };
    static Schema with_dense_params(Schema schema, const DenseDefaults& defaults);
    static Result<Parts> make_parts(const Args& args, const BuildContext& context, const DenseDefaults& defaults);

    explicit DenseHead(Parts parts);
    [[nodiscard]] const Parts& parts() const { return parts_; }

    // Level by level; of one row, [places, ...].
    struct RowLevels {
        std::vector<at::Tensor> scores;  // float [places, classes], 0 to 1
        std::vector<at::Tensor> codes;   // float [places, 4]
        std::vector<at::Tensor> places;  // float [places, 4]
    };
    // What is sure enough in one row, in its pixels, cut at `content`. Unless a head says otherwise: the surest boxes
    // of each level, then all together.
    [[nodiscard]] virtual RowObjects found_in_row(const RowLevels& levels, const Box& content) const;
    // The scores, 0 to 1, of all rows: [rows, places, classes] for each level.
    [[nodiscard]] virtual std::vector<at::Tensor> scores(const Outputs& outputs) const = 0;
    // The class maps and the code maps among the outputs.
    [[nodiscard]] std::span<const at::Tensor> class_maps(const Outputs& outputs) const;
    [[nodiscard]] std::span<const at::Tensor> code_maps(const Outputs& outputs) const;

    [[nodiscard]] Places places(const Outputs& outputs, const Frame& frame) const;
    // Of each row.
    [[nodiscard]] std::vector<Assignment> assigned(const Outputs& outputs, const Targets& targets,
                                                   const Places& places) const;
    // The boxes that places with an object are to find, against what codes say there, by the head's loss of boxes:
    // their sum. `at` are indices of places, `weights` a factor for each, or undefined.
    [[nodiscard]] at::Tensor box_loss(const at::Tensor& codes, const Places& places, const ObjectTargets& objects,
                                      const Assignment& assignment, const at::Tensor& at) const;

    [[nodiscard]] std::size_t levels() const { return parts_.in_channels.size(); }

  private:
    Parts parts_;
};

// What every class of every place is to be: [places, classes], 0 for background, 1 (or the assignment's weight) for the
// class of the place's object.
at::Tensor class_shares(const Assignment& assignment, const ObjectTargets& objects, std::int64_t classes);

// Indices of the places that are to find an object.
at::Tensor places_with_objects(const Assignment& assignment);

}  // namespace goetia
