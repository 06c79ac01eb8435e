#include "learn/published_weights.h"

namespace goetia {
namespace {

// Enumerations of torchvision 0.28: torchvision.models.*_Weights.
constexpr PublishedWeights kTorchvision[]{
    // classifiers
    {"MobileNet_V3_Large_Weights.IMAGENET1K_V1", "mobilenet_v3_large-8738ca79.pth"},
    {"MobileNet_V3_Large_Weights.IMAGENET1K_V2", "mobilenet_v3_large-5c1a4163.pth"},
    {"MobileNet_V3_Small_Weights.IMAGENET1K_V1", "mobilenet_v3_small-047dcff4.pth"},
    {"ResNeXt50_32X4D_Weights.IMAGENET1K_V1", "resnext50_32x4d-7cdf4587.pth"},
    {"ResNeXt50_32X4D_Weights.IMAGENET1K_V2", "resnext50_32x4d-1a0047aa.pth"},
    {"ResNeXt101_32X8D_Weights.IMAGENET1K_V1", "resnext101_32x8d-8ba56ff5.pth"},
    {"ResNeXt101_32X8D_Weights.IMAGENET1K_V2", "resnext101_32x8d-110c445d.pth"},
    {"ResNeXt101_64X4D_Weights.IMAGENET1K_V1", "resnext101_64x4d-173b62eb.pth"},
    {"ResNet18_Weights.IMAGENET1K_V1", "resnet18-f37072fd.pth"},
    {"ResNet34_Weights.IMAGENET1K_V1", "resnet34-b627a593.pth"},
    {"ResNet50_Weights.IMAGENET1K_V1", "resnet50-0676ba61.pth"},
    {"ResNet50_Weights.IMAGENET1K_V2", "resnet50-11ad3fa6.pth"},
    {"ResNet101_Weights.IMAGENET1K_V1", "resnet101-63fe2227.pth"},
    {"ResNet101_Weights.IMAGENET1K_V2", "resnet101-cd907fc2.pth"},
    {"ResNet152_Weights.IMAGENET1K_V1", "resnet152-394f9c45.pth"},
    {"ResNet152_Weights.IMAGENET1K_V2", "resnet152-f82ba261.pth"},
    {"VGG11_BN_Weights.IMAGENET1K_V1", "vgg11_bn-6002323d.pth"},
    {"VGG11_Weights.IMAGENET1K_V1", "vgg11-8a719046.pth"},
    {"VGG13_BN_Weights.IMAGENET1K_V1", "vgg13_bn-abd245e5.pth"},
    {"VGG13_Weights.IMAGENET1K_V1", "vgg13-19584684.pth"},
    {"VGG16_BN_Weights.IMAGENET1K_V1", "vgg16_bn-6c64b313.pth"},
    {"VGG16_Weights.IMAGENET1K_FEATURES", "vgg16_features-amdegroot-88682ab5.pth"},
    {"VGG16_Weights.IMAGENET1K_V1", "vgg16-397923af.pth"},
    {"VGG19_BN_Weights.IMAGENET1K_V1", "vgg19_bn-c79401a0.pth"},
    {"VGG19_Weights.IMAGENET1K_V1", "vgg19-dcbb9e9d.pth"},
    {"Wide_ResNet50_2_Weights.IMAGENET1K_V1", "wide_resnet50_2-95faca4d.pth"},
    {"Wide_ResNet50_2_Weights.IMAGENET1K_V2", "wide_resnet50_2-9ba9bcbe.pth"},
    {"Wide_ResNet101_2_Weights.IMAGENET1K_V1", "wide_resnet101_2-32ee1156.pth"},
    {"Wide_ResNet101_2_Weights.IMAGENET1K_V2", "wide_resnet101_2-d733dc28.pth"},
    // detectors
    {"FCOS_ResNet50_FPN_Weights.COCO_V1", "fcos_resnet50_fpn_coco-99b0c9b7.pth"},
    {"FasterRCNN_MobileNet_V3_Large_320_FPN_Weights.COCO_V1", "fasterrcnn_mobilenet_v3_large_320_fpn-907ea3f9.pth"},
    {"FasterRCNN_MobileNet_V3_Large_FPN_Weights.COCO_V1", "fasterrcnn_mobilenet_v3_large_fpn-fb6a3cc7.pth"},
    {"FasterRCNN_ResNet50_FPN_V2_Weights.COCO_V1", "fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth"},
    {"FasterRCNN_ResNet50_FPN_Weights.COCO_V1", "fasterrcnn_resnet50_fpn_coco-258fb6c6.pth"},
    {"MaskRCNN_ResNet50_FPN_V2_Weights.COCO_V1", "maskrcnn_resnet50_fpn_v2_coco-73cbd019.pth"},
    {"MaskRCNN_ResNet50_FPN_Weights.COCO_V1", "maskrcnn_resnet50_fpn_coco-bf2d0c1e.pth"},
    {"RetinaNet_ResNet50_FPN_V2_Weights.COCO_V1", "retinanet_resnet50_fpn_v2_coco-5905b1c5.pth"},
    {"RetinaNet_ResNet50_FPN_Weights.COCO_V1", "retinanet_resnet50_fpn_coco-eeacb38b.pth"},
    {"SSD300_VGG16_Weights.COCO_V1", "ssd300_vgg16_coco-b556d3b4.pth"},
    {"SSDLite320_MobileNet_V3_Large_Weights.COCO_V1", "ssdlite320_mobilenet_v3_large_coco-a79551df.pth"},
    // segmenters
    {"DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1", "deeplabv3_mobilenet_v3_large-fc3c493d.pth"},
    {"DeepLabV3_ResNet101_Weights.COCO_WITH_VOC_LABELS_V1", "deeplabv3_resnet101_coco-586e9e4e.pth"},
    {"DeepLabV3_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1", "deeplabv3_resnet50_coco-cd0a2569.pth"},
    {"FCN_ResNet101_Weights.COCO_WITH_VOC_LABELS_V1", "fcn_resnet101_coco-7ecb50ca.pth"},
    {"FCN_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1", "fcn_resnet50_coco-1167a1af.pth"},
    {"LRASPP_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1", "lraspp_mobilenet_v3_large-d234d4ea.pth"},
};

}  // namespace

std::span<const PublishedWeights> torchvision_weights() { return kTorchvision; }

}  // namespace goetia
