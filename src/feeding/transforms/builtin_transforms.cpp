// Registers the built-in transforms, in the order of the folder's listing: one line each.
#include "component/builtin_list.h"
#include "feeding/transform.h"

namespace goetia {

Status register_builtin_transforms(TransformRegistry& registry) {
    GOETIA_ADD(affine);
    GOETIA_ADD(aug_mix);
    GOETIA_ADD(auto_augment);
    GOETIA_ADD(auto_contrast);
    GOETIA_ADD(center_crop);
    GOETIA_ADD(clahe);
    GOETIA_ADD(color_jitter);
    GOETIA_ADD(copy_paste);
    GOETIA_ADD(cut_out);
    GOETIA_ADD(elastic);
    GOETIA_ADD(equalize);
    GOETIA_ADD(gaussian_blur);
    GOETIA_ADD(gaussian_noise);
    GOETIA_ADD(grayscale);
    GOETIA_ADD(hsv);
    GOETIA_ADD(jpeg_compression);
    GOETIA_ADD(load_image);
    GOETIA_ADD(load_mask);
    GOETIA_ADD(mix_up_detection);
    GOETIA_ADD(mosaic);
    GOETIA_ADD(normalize);
    GOETIA_ADD(pad);
    GOETIA_ADD(perspective);
    GOETIA_ADD(posterize);
    GOETIA_ADD(rand_augment);
    GOETIA_ADD(random_crop);
    GOETIA_ADD(random_crop_min_iou);
    GOETIA_ADD(random_erasing);
    GOETIA_ADD(random_flips);
    GOETIA_ADD(random_resized_crop);
    GOETIA_ADD(require_resolution);
    GOETIA_ADD(resize);
    GOETIA_ADD(rotate);
    GOETIA_ADD(sharpness);
    GOETIA_ADD(solarize);
    GOETIA_ADD(to_tensor);
    GOETIA_ADD(trivial_augment);
    return {};
}

}  // namespace goetia
