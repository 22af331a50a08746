#include "core/enrolment_person.h"

#include "core/enrolment_row.h"

err_t enrolment_person_read(const struct core *core, struct ctx *cx, struct tx *tx,
                            struct enrolment_id id, struct enrolment_person *out, bool *found)
{
    *out = (struct enrolment_person){0};
    return enrolment_unseal_if(core, cx, tx, id, ENROLMENT_REPRESENTATIVE, out->values,
                               PERSON_VALUES, found);
}

static err_t person_body(struct ctx *cx, struct tx *tx, void *arg)
{
    struct enrolment_person_save *save = arg;
    const struct core *core = save->operation.core;
    struct enrolment *enrolment = &save->visit.enrolment;
    struct enrolment_saved saved = {
        .step = ENROLMENT_REPRESENTATIVE, .sealed = save->sealed, .trace = save->trace};

    TRY(enrolment_again(cx, tx, enrolment, &save->visit.state));
    if (!enrolment->includes_kyc || enrolment->steps[ENROLMENT_COMPANY] == 0 ||
        enrolment->steps[ENROLMENT_DOCUMENTS] != 0)
        return ERR_STATE;
    enrolment_saved_of(core, cx, save->person.values, PERSON_VALUES, person_value_name, &saved);
    TRY(enrolment_save(cx, tx, enrolment, &saved));
    return enrolment_go_on(core, cx, tx, enrolment);
}

void enrolment_person_save(struct enrolment_person_save *save)
{
    struct operation *operation = &save->operation;

    if (operation->core->vault == NULL) {
        operation_end(operation, enrolment_no_vault(operation->cx));
        return;
    }
    save->sealed = enrolment_seal(operation->core, operation->cx, save->visit.enrolment.id,
                                  ENROLMENT_REPRESENTATIVE, save->person.values, PERSON_VALUES);
    operation_write(operation, person_body, operation_end);
}
