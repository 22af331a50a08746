/* Chargeback notices (0422): handed to the core, answered when it has said yes (cards.md 3.3
 * "Duplicate received"). */
#include <string.h>

#include "base/must.h"
#include "rails/card/link_internal.h"

/* The stored answer is a body of ours: reading it again gives the fields back. */
static void answer_notice(struct notice *notice, struct str code)
{
    struct link *link = notice->link;
    struct iso_profile plain = link->options.profile;
    struct iso_message answer;

    plain.mac_key = STR_NONE;
    must(iso_decode(&plain, (struct str){notice->answer, notice->answer_len}, &answer) == OK);
    answer.fields[39] = code;
    link_put_own(link, &answer);
}

static void notice_done(struct message *message)
{
    struct notice *notice = (struct notice *)message;
    struct link *link = notice->link;

    notice->busy = false;
    /* On another connection the host repeats its notice, and the core knows it by then. */
    if (link->state != LINK_UP || link->epoch != notice->epoch)
        return;
    if (notice->call.result == OK)
        answer_notice(notice, STR("00"));
    else if (notice->call.result == ERR_NOT_FOUND)
        answer_notice(notice, STR("25"));
    else if (notice->call.result == ERR_CONFLICT)
        answer_notice(notice, STR("94"));
}

static struct notice *free_notice(struct link *link)
{
    for (size_t i = 0; i < NOTICES_MAX; i++) {
        if (!link->notices[i].busy)
            return &link->notices[i];
    }
    return NULL;
}

/* The host repeats until it is answered; while the core looks at a notice its repeats are dropped.
 */
static bool is_pending(const struct link *link, const struct notice *notice)
{
    for (size_t i = 0; i < NOTICES_MAX; i++) {
        const struct notice *other = &link->notices[i];
        if (other->busy && other != notice && other->epoch == notice->epoch &&
            other->answer_len == notice->answer_len &&
            memcmp(other->answer, notice->answer, notice->answer_len) == 0)
            return true;
    }
    return false;
}

void link_notice(struct link *link, const struct iso_message *message)
{
    struct notice *notice = free_notice(link);
    struct iso_profile plain = link->options.profile;
    struct iso_message answer;

    if (notice == NULL || link->options.events.chargeback == NULL)
        return;
    iso_answer(message, &answer);
    plain.mac_key = STR_NONE;
    memset(notice, 0, sizeof *notice);
    notice->link = link;
    notice->epoch = link->epoch;
    /* A repeat is answered as the first sending: iso_answer gives both the same MTI. */
    if (iso_encode(&plain, &answer, notice->answer, sizeof notice->answer, &notice->answer_len) !=
        OK)
        return;
    if (card_unpack_chargeback(message, &notice->call.notice) != OK) {
        link_astray(link);
        answer_notice(notice, STR("30"));
        return;
    }
    if (is_pending(link, notice))
        return;
    notice->busy = true;
    notice->call.home = link->home;
    notice->call.done.run = notice_done;
    link->options.events.chargeback(link->options.events.self, &notice->call);
}
