#ifndef GUICHET_API_SAFEDEBIT_CODE_H
#define GUICHET_API_SAFEDEBIT_CODE_H

#include "base/enum.h"

/* The codes of this face, those of its public annex and ours (api/safedebit.md 3): the only place
 * where they are written. A member's text is what goes over the wire. */
#define CODE_LIST(X)                                                                               \
    X(CODE_LOGIN, 1, "AUTH_001")                                                                   \
    X(CODE_PASSWORD, 2, "AUTH_002")                                                                \
    X(CODE_ADDRESS, 3, "AUTH_003")                                                                 \
    X(CODE_INACTIVE, 4, "AUTH_004")                                                                \
    X(CODE_ACCOUNT, 5, "AUTH_005")                                                                 \
    X(CODE_CONSUMER_USED, 6, "EXIST_001")                                                          \
    X(CODE_CONSUMER_UNKNOWN, 7, "EXIST_002")                                                       \
    X(CODE_SDD_USED, 8, "EXIST_003")                                                               \
    X(CODE_BENEFICIARY_USED, 9, "EXIST_004")                                                       \
    X(CODE_PAYMENT_USED, 10, "EXIST_005")                                                          \
    X(CODE_UMR_USED, 11, "EXIST_006")                                                              \
    X(CODE_BODY, 12, "REQ_001")                                                                    \
    X(CODE_CALL, 13, "REQ_002")                                                                    \
    X(CODE_VERB, 14, "REQ_003")                                                                    \
    X(CODE_TOO_LARGE, 15, "REQ_004")                                                               \
    X(CODE_REPLAY, 16, "REQ_005")                                                                  \
    X(CODE_MISSING, 17, "MISS_001")                                                                \
    X(CODE_TOO_LONG, 18, "FORM_001")                                                               \
    X(CODE_VALUE, 19, "FORM_002")                                                                  \
    X(CODE_DATE, 20, "FORM_003")                                                                   \
    X(CODE_AMOUNT, 21, "FORM_004")                                                                 \
    X(CODE_CHARACTER, 22, "FORM_005")                                                              \
    X(CODE_EMAIL, 23, "FORM_006")                                                                  \
    X(CODE_PHONE, 24, "FORM_007")                                                                  \
    X(CODE_URL, 25, "FORM_008")                                                                    \
    X(CODE_IBAN, 26, "FORM_009")                                                                   \
    X(CODE_COMPANY, 27, "FORM_010")                                                                \
    X(CODE_TYPE, 28, "FORM_011")                                                                   \
    X(CODE_FILE, 29, "FORM_012")                                                                   \
    X(CODE_ACCOUNT_DATA, 30, "FORM_013")                                                           \
    X(CODE_IP, 31, "FORM_014")                                                                     \
    X(CODE_ICS, 32, "FORM_015")                                                                    \
    X(CODE_TOO_EARLY, 33, "DATE_001")                                                              \
    X(CODE_TOO_FAR, 34, "DATE_002")                                                                \
    X(CODE_LIMIT, 35, "LIMIT_001")                                                                 \
    X(CODE_MANDATE_UNKNOWN, 36, "UNKN_001")                                                        \
    X(CODE_SDD_UNKNOWN, 37, "UNKN_002")                                                            \
    X(CODE_BENEFICIARY_UNKNOWN, 38, "UNKN_003")                                                    \
    X(CODE_PAYMENT_UNKNOWN, 39, "UNKN_004")                                                        \
    X(CODE_FILE_UNKNOWN, 40, "UNKN_005")                                                           \
    X(CODE_MANDATE_STATE, 41, "STATE_001")                                                         \
    X(CODE_SDD_STATE, 42, "STATE_002")                                                             \
    X(CODE_NOT_PENDING, 43, "STATE_003")                                                           \
    X(CODE_ONE_OFF_USED, 44, "STATE_004")                                                          \
    X(CODE_NO_MANDATE, 45, "STATE_005")                                                            \
    X(CODE_MOVE, 46, "STATE_006")                                                                  \
    X(CODE_OTP_WRONG, 47, "OTP_001")                                                               \
    X(CODE_OTP_OVER, 48, "OTP_002")                                                                \
    X(CODE_OTP_TRIES, 49, "OTP_003")                                                               \
    X(CODE_OTP_NONE, 50, "OTP_004")                                                                \
    X(CODE_REFUSED, 51, "NOK_001")                                                                 \
    X(CODE_SERVICE, 52, "SERV_001")                                                                \
    X(CODE_INTERNAL, 53, "ERR_001")
ENUM_DECLARE(code, CODE_LIST);

#endif
