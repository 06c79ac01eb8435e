// A finding about a data set: where it is (file, line or id), what was found, how to fix it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_fwd.h"

namespace goetia {

enum class FindingKind {
    kMissingFile,         // a file or folder needed by the annotations or the format is missing
    kUnreadableImage,     // not an image, or in an unsupported format
    kTruncatedImage,      // an image file that ends early
    kBadSyntax,           // a line or field that violates the format
    kDuplicateId,         // two images or annotations with the same id, or an image listed twice
    kIdGap,               // gaps in the class numbers
    kMissingImage,        // annotations of an image that is not listed
    kSizeMismatch,        // annotated width and height differ from the file
    kEmptyBox,            // zero width or height
    kNegativeBox,         // negative width or height, or swapped corners
    kBoxOutside,          // reaches outside of the image
    kShortPolygon,        // fewer than three points
    kBadRuns,             // RLE that does not fit its image
    kUnknownClass,        // a class index or name that is not in the list
    kClassLists,          // a split with a different class list than the training split
    kMaskValue,           // a mask pixel that is not a class
    kMaskSize,            // a mask of a different size than its image
    kDuplicateImage,      // two files with the same bytes
    kNearDuplicateImage,  // images that look the same, with different bytes
    kSplitOverlap,        // the same or nearly the same image in two splits
    kSubjectLeak,         // one subject in two splits
    kEmptyClass,          // a class without samples
    kImbalance,           // class counts so different that training suffers
    kUnlabelled,          // an image without the annotation it needs
};

// kFault: a run must not start. kWarning: a run may start, but the user should know. kNote: for information.
enum class Severity { kFault, kWarning, kNote };

std::string_view finding_code(FindingKind kind);    // "duplicate_id"; stable
std::string_view severity_name(Severity severity);  // "fault"
Severity default_severity(FindingKind kind);

struct Finding {
    FindingKind kind = FindingKind::kBadSyntax;
    std::string file;   // the annotation file or the image
    int line = 0;       // 0 if unknown
    std::string id;     // of the image, annotation, class or subject, in the numbering of the format
    std::string found;  // "box of annotation 17 is 0 x 12 pixels"
    std::string fix;    // "remove it, or correct bbox[2]"
    Severity severity = default_severity(kind);
    // The finding is about a single object, which a run may skip: this instance of this image of the checked set, or
    // (-1) an object that the reader rejected.
    bool of_object = false;
    std::int64_t image = -1, instance = -1;
};

Json to_json(const Finding& finding);    // {code, severity, where: {file, line, id}, found, fix}
Fault to_fault(const Finding& finding);  // for an Error about the set
bool has_faults(const std::vector<Finding>& findings);

}  // namespace goetia
