#ifndef GUICHET_PAGES_ONBOARDING_FILES_H
#define GUICHET_PAGES_ONBOARDING_FILES_H

#include "pages/onboarding_visit.h"

/* The documents step: files, one at a time, by a form of their own; then all of them are handed in.
 * What was received is told, and never shown. */
#define ONBOARDING_FILE_NAME "/fichier"
enum { ONBOARDING_FILE_BODY_MAX = (10 << 20) + (16 << 10) };

void onboarding_files_answer(struct onboarding *at);
void onboarding_files_submit(struct onboarding *at);
/* The address at which a document was refused leads back to the page. */
void onboarding_file_show(struct request *request);
/* POST of multipart/form-data: csrf, kind, file. */
void onboarding_file_submit(struct request *request);

#endif
