#include "api/stancer/payment.h"
#include "api/stancer/routes.h"

static const char *const METHOD_TEXTS[] = {NULL, "card", "sepa"};
const struct words STANCER_METHODS = {METHOD_TEXTS, ARRAY_LEN(METHOD_TEXTS), false};

/* What a client may write into a status; none of it is ever read. */
static const char *const AUTH_ASK_TEXTS[] = {NULL, "request"};
static const struct words AUTH_ASKS = {AUTH_ASK_TEXTS, ARRAY_LEN(AUTH_ASK_TEXTS), false};
static const char *const ASK_TEXTS[] = {
    [ASK_AUTHORIZE] = "authorize",
    [ASK_CAPTURE] = "capture",
};
static const struct words ASKS = {ASK_TEXTS, ARRAY_LEN(ASK_TEXTS), false};

/* --- in --------------------------------------------------------------------------------------- */

#define AT(member) FIELD_AT(struct device_in, member)
static const struct field DEVICE_IN_FIELDS[] = {
    {"ip",          F_TEXT, 2, 45,    REQUIRED, SEED, ED_ALL, AT(ip)         },
    {"port",        F_INT,  1, 65535, REQUIRED, SEED, ED_ALL, AT(port)       },
    {"user_agent",  F_TEXT, 0, 256,   OPTIONAL, SEED, ED_ALL, AT(user_agent) },
    {"http_accept", F_TEXT, 0, 2048,  OPTIONAL, SEED, ED_ALL, AT(http_accept)},
    {"languages",   F_TEXT, 0, 32,    OPTIONAL, SEED, ED_ALL, AT(languages)  },
};
#undef AT
static const struct table DEVICE_IN = TABLE_OF("DeviceIn", struct device_in, DEVICE_IN_FIELDS);

#define AT(member) FIELD_AT(struct auth_in, member)
#define AT_STATUS FIELD_AT_MORE(struct auth_in, status, &AUTH_ASKS)
#define AT_DEVICE FIELD_AT_MORE(struct auth_in, device, &DEVICE_IN)
static const struct field AUTH_IN_FIELDS[] = {
    {"status",     F_WORD,   0, 0,    OPTIONAL, DOC,  ED_ALL, AT_STATUS     },
    {"return_url", F_URL,    1, 2048, OPTIONAL, DOC,  ED_ALL, AT(return_url)},
    {"device",     F_OBJECT, 0, 0,    OPTIONAL, OURS, ED_ALL, AT_DEVICE     },
};
#undef AT
#undef AT_STATUS
#undef AT_DEVICE
static const struct table AUTH_IN = TABLE_OF("AuthIn", struct auth_in, AUTH_IN_FIELDS);

#define AT(member) FIELD_AT(struct apple_header_in, member)
static const struct field APPLE_HEADER_FIELDS[] = {
    {"publicKeyHash",      F_TEXT, 1, 1024, OPTIONAL, SEED, ED_ALL, AT(public_key_hash)     },
    {"ephemeralPublicKey", F_TEXT, 1, 1024, OPTIONAL, SEED, ED_ALL, AT(ephemeral_public_key)},
    {"transactionId",      F_TEXT, 1, 1024, OPTIONAL, SEED, ED_ALL, AT(transaction_id)      },
};
#undef AT
static const struct table APPLE_HEADER =
    TABLE_OF("ApplePayHeader", struct apple_header_in, APPLE_HEADER_FIELDS);

#define AT(member) FIELD_AT(struct apple_data_in, member)
#define AT_HEADER FIELD_AT_MORE(struct apple_data_in, header, &APPLE_HEADER)
static const struct field APPLE_DATA_FIELDS[] = {
    {"data",      F_TEXT,   1, 16384, REQUIRED, SEED, ED_ALL, AT(data)     },
    {"signature", F_TEXT,   1, 16384, OPTIONAL, SEED, ED_ALL, AT(signature)},
    {"version",   F_TEXT,   1, 16,    OPTIONAL, SEED, ED_ALL, AT(version)  },
    {"header",    F_OBJECT, 0, 0,     OPTIONAL, SEED, ED_ALL, AT_HEADER    },
};
#undef AT
#undef AT_HEADER
static const struct table APPLE_DATA =
    TABLE_OF("ApplePayPaymentData", struct apple_data_in, APPLE_DATA_FIELDS);

#define AT_PAYMENT_DATA FIELD_AT_MORE(struct apple_pay_in, payment_data, &APPLE_DATA)
static const struct field APPLE_PAY_FIELDS[] = {
    {"paymentData", F_OBJECT, 0, 0, REQUIRED, SEED, ED_ALL, AT_PAYMENT_DATA},
};
#undef AT_PAYMENT_DATA
static const struct table APPLE_PAY = TABLE_OF("ApplePay", struct apple_pay_in, APPLE_PAY_FIELDS);

#define AT_APPLE_PAY FIELD_AT_MORE(struct wallet_in, apple_pay, &APPLE_PAY)
static const struct field WALLET_FIELDS[] = {
    {"apple_pay", F_OBJECT, 0, 0, REQUIRED, SEED, ED_ALL, AT_APPLE_PAY},
};
#undef AT_APPLE_PAY
static const struct table WALLET = TABLE_OF("Wallet", struct wallet_in, WALLET_FIELDS);

#define AT(member) FIELD_AT(struct payment_in, member)
#define AT_WALLET FIELD_AT_MORE(struct payment_in, wallet, &WALLET)
#define AT_AUTH FIELD_AT_MORE(struct payment_in, auth, &AUTH_IN)
#define AT_CARD FIELD_AT_MORE(struct payment_in, card, &STANCER_CARD_IN)
#define AT_CARD_ID FIELD_AT_MORE(struct payment_in, card_id, "card_")
#define AT_CURRENCY FIELD_AT_MORE(struct payment_in, currency, &STANCER_CURRENCIES)
#define AT_CUSTOMER FIELD_AT_MORE(struct payment_in, customer, &STANCER_CUSTOMER_IN)
#define AT_CUSTOMER_ID FIELD_AT_MORE(struct payment_in, customer_id, "cust_")
#define AT_DEVICE FIELD_AT_MORE(struct payment_in, device, &DEVICE_IN)
#define AT_METHODS FIELD_AT_MORE(struct payment_in, methods_allowed, &STANCER_METHODS)
#define AT_SEPA FIELD_AT_MORE(struct payment_in, sepa, &STANCER_SEPA_IN)
#define AT_SEPA_ID FIELD_AT_MORE(struct payment_in, sepa_id, "sepa_")
#define AT_STATUS FIELD_AT_MORE(struct payment_in, status, &ASKS)
#define AT_BILLING FIELD_AT_MORE(struct payment_in, billing_address, "addr_")
#define AT_SHIPPING FIELD_AT_MORE(struct payment_in, shipping_address, "addr_")
static const struct field IN[] = {
    {"amount",           F_INT,        0, 4294967295, REQUIRED, SEED, ED_ALL, AT(amount)         },
    {"currency",         F_WORD,       0, 0,          REQUIRED, DOC,  ED_1,   AT_CURRENCY        },
    {"currency",         F_WORD,       0, 0,          OPTIONAL, SEED, ED_2,   AT_CURRENCY        },
    {"methods_allowed",  F_WORDS,      0, 2,          OPTIONAL, SEED, ED_ALL, AT_METHODS         },
    {"unique_id",        F_TEXT,       1, 36,         OPTIONAL, SEED, ED_ALL, AT(unique_id)      },
    {"auth",             F_BOOL,       0, 0,          OPTIONAL, SEED, ED_ALL, AT(auth_flag)      },
    {"auth",             F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_AUTH            },
    {"card",             F_ID,         0, 0,          OPTIONAL, SEED, ED_ALL, AT_CARD_ID         },
    {"card",             F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_CARD            },
    {"sepa",             F_ID,         0, 0,          OPTIONAL, SEED, ED_ALL, AT_SEPA_ID         },
    {"sepa",             F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_SEPA            },
    {"wallet",           F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_WALLET          },
    {"customer",         F_ID,         0, 0,          OPTIONAL, SEED, ED_ALL, AT_CUSTOMER_ID     },
    {"customer",         F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_CUSTOMER        },
    {"description",      F_TEXT,       3, 64,         OPTIONAL, SEED, ED_ALL, AT(description)    },
    {"device",           F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_DEVICE          },
    {"order_id",         F_TEXT,       1, 36,         OPTIONAL, SEED, ED_ALL, AT(order_id)       },
    {"date_settlement",  F_DATE,       0, 0,          OPTIONAL, SEED, ED_2,   AT(date_settlement)},
    {"date_settlement",  F_EPOCH_DATE, 0, 0,          OPTIONAL, DOC,  ED_2,   AT(date_settlement)},
    {"return_url",       F_URL,        1, 2048,       OPTIONAL, DOC,  ED_1,   AT(return_url)     },
    {"return_url",       F_URL,        1, 65536,      OPTIONAL, SEED, ED_2,   AT(return_url)     },
    {"capture",          F_BOOL,       0, 0,          OPTIONAL, SEED, ED_ALL, AT(capture)        },
    {"billing_address",  F_ID,         0, 0,          OPTIONAL, DOC,  ED_ALL, AT_BILLING         },
    {"shipping_address", F_ID,         0, 0,          OPTIONAL, DOC,  ED_ALL, AT_SHIPPING        },
};
const struct table STANCER_PAYMENT_IN = TABLE_OF("PaymentIn", struct payment_in, IN);

static const struct field UPDATE[] = {
    {"amount",           F_INT,        0, 4294967295, OPTIONAL, SEED, ED_ALL, AT(amount)         },
    {"currency",         F_WORD,       0, 0,          OPTIONAL, SEED, ED_ALL, AT_CURRENCY        },
    {"methods_allowed",  F_WORDS,      1, 2,          OPTIONAL, SEED, ED_ALL, AT_METHODS         },
    {"status",           F_WORD,       0, 0,          OPTIONAL, SEED, ED_ALL, AT_STATUS          },
    {"auth",             F_BOOL,       0, 0,          OPTIONAL, SEED, ED_ALL, AT(auth_flag)      },
    {"auth",             F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_AUTH            },
    {"card",             F_ID,         0, 0,          OPTIONAL, SEED, ED_ALL, AT_CARD_ID         },
    {"card",             F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_CARD            },
    {"sepa",             F_ID,         0, 0,          OPTIONAL, SEED, ED_ALL, AT_SEPA_ID         },
    {"sepa",             F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_SEPA            },
    {"wallet",           F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_WALLET          },
    {"customer",         F_ID,         0, 0,          OPTIONAL, SEED, ED_ALL, AT_CUSTOMER_ID     },
    {"customer",         F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_CUSTOMER        },
    {"description",      F_TEXT,       3, 64,         OPTIONAL, SEED, ED_ALL, AT(description)    },
    {"device",           F_OBJECT,     0, 0,          OPTIONAL, SEED, ED_ALL, AT_DEVICE          },
    {"order_id",         F_TEXT,       1, 36,         OPTIONAL, SEED, ED_ALL, AT(order_id)       },
    {"date_settlement",  F_DATE,       0, 0,          OPTIONAL, SEED, ED_2,   AT(date_settlement)},
    {"date_settlement",  F_EPOCH_DATE, 0, 0,          OPTIONAL, DOC,  ED_2,   AT(date_settlement)},
    {"return_url",       F_URL,        1, 2048,       OPTIONAL, DOC,  ED_1,   AT(return_url)     },
    {"return_url",       F_URL,        1, 65536,      OPTIONAL, SEED, ED_2,   AT(return_url)     },
    {"capture",          F_BOOL,       0, 0,          OPTIONAL, SEED, ED_ALL, AT(capture)        },
    {"billing_address",  F_ID,         0, 0,          OPTIONAL, DOC,  ED_ALL, AT_BILLING         },
    {"shipping_address", F_ID,         0, 0,          OPTIONAL, DOC,  ED_ALL, AT_SHIPPING        },
};
const struct table STANCER_PAYMENT_UPDATE = TABLE_OF("PaymentUpdate", struct payment_in, UPDATE);
#undef AT
#undef AT_AUTH
#undef AT_CARD
#undef AT_CARD_ID
#undef AT_CURRENCY
#undef AT_CUSTOMER
#undef AT_CUSTOMER_ID
#undef AT_DEVICE
#undef AT_METHODS
#undef AT_SEPA
#undef AT_SEPA_ID
#undef AT_STATUS
#undef AT_BILLING
#undef AT_SHIPPING
#undef AT_WALLET

/* --- out -------------------------------------------------------------------------------------- */

/* Nothing tells us where an address is: the last three are null, which a maximum of 0 says. */
#define AT(member) FIELD_AT(struct device_out, member)
static const struct field DEVICE_OUT_FIELDS[] = {
    {"ip",          F_TEXT, 0, 45,    REQUIRED, SEED, ED_ALL, AT(ip)         },
    {"port",        F_INT,  1, 65535, REQUIRED, SEED, ED_ALL, AT(port)       },
    {"user_agent",  F_TEXT, 0, 256,   OPTIONAL, SEED, ED_ALL, AT(user_agent) },
    {"http_accept", F_TEXT, 0, 2048,  OPTIONAL, SEED, ED_ALL, AT(http_accept)},
    {"languages",   F_TEXT, 0, 32,    OPTIONAL, SEED, ED_ALL, AT(languages)  },
    {"city",        F_TEXT, 0, 0,     OPTIONAL, SEED, ED_ALL, AT(city)       },
    {"country",     F_TEXT, 0, 0,     OPTIONAL, SEED, ED_ALL, AT(country)    },
    {"zip_code",    F_TEXT, 0, 0,     OPTIONAL, SEED, ED_ALL, AT(zip_code)   },
};
#undef AT
static const struct table DEVICE_OUT = TABLE_OF("Device", struct device_out, DEVICE_OUT_FIELDS);

#define AT(member) FIELD_AT(struct auth_out, member)
#define AT_DEVICE FIELD_AT_MORE(struct auth_out, device, &DEVICE_OUT)
static const struct field AUTH_OUT_FIELDS[] = {
    {"status",       F_TEXT,   0, 16,    REQUIRED, SEED, ED_ALL, AT(status)      },
    {"redirect_url", F_TEXT,   0, 2048,  OPTIONAL, DOC,  ED_ALL, AT(redirect_url)},
    {"return_url",   F_TEXT,   0, 65536, OPTIONAL, DOC,  ED_ALL, AT(return_url)  },
    {"uuid",         F_TEXT,   0, 36,    OPTIONAL, SEED, ED_2,   AT(uuid)        },
    {"message",      F_TEXT,   0, 256,   OPTIONAL, SEED, ED_2,   AT(message)     },
    {"device",       F_OBJECT, 0, 0,     OPTIONAL, SEED, ED_2,   AT_DEVICE       },
};
#undef AT
#undef AT_DEVICE
static const struct table AUTH_OUT = TABLE_OF("Auth", struct auth_out, AUTH_OUT_FIELDS);

#define AT(member) FIELD_AT(struct payment_out, member)
#define AT_ID FIELD_AT_MORE(struct payment_out, id, "paym_")
#define AT_CURRENCY FIELD_AT_MORE(struct payment_out, currency, &STANCER_CURRENCIES)
#define AT_METHODS FIELD_AT_MORE(struct payment_out, methods_allowed, &STANCER_METHODS)
#define AT_CARD FIELD_AT_MORE(struct payment_out, card, &STANCER_CARD_OUT)
#define AT_SEPA FIELD_AT_MORE(struct payment_out, sepa, &STANCER_SEPA_OUT)
#define AT_CUSTOMER FIELD_AT_MORE(struct payment_out, customer, &STANCER_CUSTOMER_OUT)
#define AT_AUTH FIELD_AT_MORE(struct payment_out, auth, &AUTH_OUT)
#define AT_DEVICE FIELD_AT_MORE(struct payment_out, device, &DEVICE_OUT)
#define AT_REFUNDS FIELD_AT_MORE(struct payment_out, refunds, &STANCER_REFUND_OUT)
#define AT_BILLING FIELD_AT_MORE(struct payment_out, billing_address, "addr_")
#define AT_SHIPPING FIELD_AT_MORE(struct payment_out, shipping_address, "addr_")
static const struct field OUT[] = {
    {"id",               F_ID,      0,  0,         REQUIRED, SEED, ED_ALL, AT_ID              },
    {"amount",           F_INT,     0,  INT64_MAX, REQUIRED, SEED, ED_ALL, AT(amount)         },
    {"currency",         F_WORD,    0,  0,         REQUIRED, SEED, ED_ALL, AT_CURRENCY        },
    {"description",      F_TEXT,    3,  64,        OPTIONAL, SEED, ED_ALL, AT(description)    },
    {"order_id",         F_TEXT,    1,  36,        OPTIONAL, SEED, ED_ALL, AT(order_id)       },
    {"unique_id",        F_TEXT,    1,  36,        OPTIONAL, SEED, ED_ALL, AT(unique_id)      },
    {"method",           F_TEXT,    0,  8,         OPTIONAL, SEED, ED_ALL, AT(method)         },
    {"methods_allowed",  F_WORDS,   0,  2,         REQUIRED, SEED, ED_ALL, AT_METHODS         },
    {"card",             F_OBJECT,  0,  0,         OPTIONAL, SEED, ED_ALL, AT_CARD            },
    {"sepa",             F_OBJECT,  0,  0,         OPTIONAL, SEED, ED_ALL, AT_SEPA            },
    {"customer",         F_OBJECT,  0,  0,         OPTIONAL, SEED, ED_ALL, AT_CUSTOMER        },
    {"status",           F_TEXT,    0,  16,        OPTIONAL, SEED, ED_ALL, AT(status)         },
    {"response",         F_TEXT,    2,  4,         OPTIONAL, SEED, ED_ALL, AT(response)       },
    {"response_author",  F_TEXT,    6,  6,         OPTIONAL, SEED, ED_ALL, AT(response_author)},
    {"auth",             F_OBJECT,  0,  0,         OPTIONAL, SEED, ED_ALL, AT_AUTH            },
    {"device",           F_OBJECT,  0,  0,         OPTIONAL, SEED, ED_ALL, AT_DEVICE          },
    {"capture",          F_BOOL,    0,  0,         REQUIRED, SEED, ED_ALL, AT(capture)        },
    {"created",          F_EPOCH,   0,  0,         REQUIRED, SEED, ED_ALL, AT(created)        },
    {"date_bank",        F_EPOCH,   0,  0,         OPTIONAL, DOC,  ED_1,   AT(date_bank)      },
    {"date_bank",        F_DATE,    0,  0,         OPTIONAL, SEED, ED_2,   AT(day_bank)       },
    {"date_paym",        F_EPOCH,   0,  0,         OPTIONAL, DOC,  ED_1,   AT(date_paym)      },
    {"date_settlement",  F_TEXT,    10, 10,        OPTIONAL, SEED, ED_2,   AT(date_settlement)},
    {"fee",              F_INT,     0,  INT64_MAX, REQUIRED, SEED, ED_ALL, AT(fee)            },
    {"country",          F_TEXT,    0,  2,         REQUIRED, DOC,  ED_1,   AT(country)        },
    {"return_url",       F_TEXT,    0,  65536,     OPTIONAL, DOC,  ED_ALL, AT(return_url)     },
    {"refunds",          F_OBJECTS, 0,  0,         REQUIRED, DOC,  ED_1,   AT_REFUNDS         },
    {"live_mode",        F_BOOL,    0,  0,         REQUIRED, DOC,  ED_1,   AT(live_mode)      },
    {"billing_address",  F_ID,      0,  0,         OPTIONAL, DOC,  ED_2,   AT_BILLING         },
    {"shipping_address", F_ID,      0,  0,         OPTIONAL, DOC,  ED_2,   AT_SHIPPING        },
};
#undef AT
#undef AT_ID
#undef AT_CURRENCY
#undef AT_METHODS
#undef AT_CARD
#undef AT_SEPA
#undef AT_CUSTOMER
#undef AT_AUTH
#undef AT_DEVICE
#undef AT_REFUNDS
#undef AT_BILLING
#undef AT_SHIPPING
const struct table STANCER_PAYMENT_OUT = TABLE_OF("Payment", struct payment_out, OUT);
