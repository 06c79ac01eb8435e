// What is wrong with a data set, told so that it can be mended: which file, line or id, what was found, how to fix it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/json_fwd.h"

namespace goetia {

enum class FindingKind {
    kMissingFile,         // a file or folder that the annotations or the format need is not there
    kUnreadableImage,     // not a picture, or of a kind this build does not read
    kTruncatedImage,      // a picture that ends too early
    kBadSyntax,           // a line or field that does not say what the format asks for
    kDuplicateId,         // two images or annotations with one id, or one image listed twice
    kIdGap,               // class numbers that leave some out
    kMissingImage,        // annotations of an image that the set does not list
    kSizeMismatch,        // the annotated width and height are not the file's
    kEmptyBox,            // zero wide or high
    kNegativeBox,         // negative width, height or corner order
    kBoxOutside,          // reaches beyond the picture
    kShortPolygon,        // fewer than three points
    kBadRuns,             // RLE that does not fit its picture
    kUnknownClass,        // a class number or name beyond the list
    kClassLists,          // a split's list of classes is not the training split's
    kMaskValue,           // a mask's pixel is no class
    kMaskSize,            // a mask of another size than its picture
    kDuplicateImage,      // the same bytes twice
    kNearDuplicateImage,  // the same picture twice, other bytes
    kSplitOverlap,        // the same or nearly the same picture in two splits
    kSubjectLeak,         // one subject in two splits
    kEmptyClass,          // a class without a sample
    kImbalance,           // classes whose counts differ so much that training suffers
    kUnlabelled,          // an image without annotation where one is needed
};

// kFault: a run must not begin on it. kWarning: a run may begin, a person should know. kNote: a count worth telling.
enum class Severity { kFault, kWarning, kNote };

std::string_view finding_code(FindingKind kind);    // "duplicate_id": stable, in reports
std::string_view severity_name(Severity severity);  // "fault"
Severity usual_severity(FindingKind kind);

struct Finding {
    FindingKind kind = FindingKind::kBadSyntax;
    std::string file;   // the annotation file or the picture
    int line = 0;       // 0 where it has none
    std::string id;     // of the image, annotation, class or subject, as the format numbers it
    std::string found;  // "box of annotation 17 is 0 x 12 pixels"
    std::string fix;    // "remove it, or correct bbox[2]"
    Severity severity = usual_severity(kind);
    // About one object alone, which a run may do without: that instance of that image of the set that was checked, or
    // one that the reader could not take (-1).
    bool of_object = false;
    std::int64_t image = -1, instance = -1;
};

Json to_json(const Finding& finding);    // {code, severity, where: {file, line, id}, found, fix}
Fault to_fault(const Finding& finding);  // for an Error that refuses the set
bool has_faults(const std::vector<Finding>& findings);

}  // namespace goetia
