#include "base/country.h"

#include "base/arena.h"
#include "base/attr.h"
#include "base/sepa_text.h"

static const struct {
    const char *code;
    const char *english;
    const char *french;
} COUNTRIES[] = {
    {"AD", "andorra",                   "andorre"                 },
    {"AL", "albania",                   "albanie"                 },
    {"AT", "austria",                   "autriche"                },
    {"BE", "belgium",                   "belgique"                },
    {"BG", "bulgaria",                  "bulgarie"                },
    {"CH", "switzerland",               "suisse"                  },
    {"CY", "cyprus",                    "chypre"                  },
    {"CZ", "czechia",                   "tchequie"                },
    {"CZ", "czech republic",            "republique tcheque"      },
    {"DE", "germany",                   "allemagne"               },
    {"DK", "denmark",                   "danemark"                },
    {"EE", "estonia",                   "estonie"                 },
    {"ES", "spain",                     "espagne"                 },
    {"FI", "finland",                   "finlande"                },
    {"FR", "france",                    "france"                  },
    {"GB", "united kingdom",            "royaume-uni"             },
    {"GB", "great britain",             "grande-bretagne"         },
    {"GI", "gibraltar",                 "gibraltar"               },
    {"GR", "greece",                    "grece"                   },
    {"HR", "croatia",                   "croatie"                 },
    {"HU", "hungary",                   "hongrie"                 },
    {"IE", "ireland",                   "irlande"                 },
    {"IS", "iceland",                   "islande"                 },
    {"IT", "italy",                     "italie"                  },
    {"LI", "liechtenstein",             "liechtenstein"           },
    {"LT", "lithuania",                 "lituanie"                },
    {"LU", "luxembourg",                "luxembourg"              },
    {"LV", "latvia",                    "lettonie"                },
    {"MC", "monaco",                    "monaco"                  },
    {"MD", "moldova",                   "moldavie"                },
    {"ME", "montenegro",                "montenegro"              },
    {"MK", "north macedonia",           "macedoine du nord"       },
    {"MT", "malta",                     "malte"                   },
    {"NL", "netherlands",               "pays-bas"                },
    {"NO", "norway",                    "norvege"                 },
    {"PL", "poland",                    "pologne"                 },
    {"PT", "portugal",                  "portugal"                },
    {"RO", "romania",                   "roumanie"                },
    {"RS", "serbia",                    "serbie"                  },
    {"SE", "sweden",                    "suede"                   },
    {"SI", "slovenia",                  "slovenie"                },
    {"SK", "slovakia",                  "slovaquie"               },
    {"SM", "san marino",                "saint-marin"             },
    {"VA", "vatican city",              "vatican"                 },
    {"GP", "guadeloupe",                "guadeloupe"              },
    {"GF", "french guiana",             "guyane"                  },
    {"MQ", "martinique",                "martinique"              },
    {"RE", "reunion",                   "la reunion"              },
    {"YT", "mayotte",                   "mayotte"                 },
    {"BL", "saint barthelemy",          "saint-barthelemy"        },
    {"MF", "saint martin",              "saint-martin"            },
    {"PM", "saint pierre and miquelon", "saint-pierre-et-miquelon"},
};

static bool is_letter(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

bool country_code(struct arena *arena, struct str text, struct str *out)
{
    struct str plain = str_lower(arena, sepa_text(arena, text, SIZE_MAX));

    *out = STR_NONE;
    if (plain.len == COUNTRY_CODE_LEN && is_letter(plain.ptr[0]) && is_letter(plain.ptr[1])) {
        char *code = arena_alloc(arena, COUNTRY_CODE_LEN + 1);
        for (size_t i = 0; i < COUNTRY_CODE_LEN; i++)
            code[i] = (char)(plain.ptr[i] - 'a' + 'A');
        code[COUNTRY_CODE_LEN] = '\0';
        *out = (struct str){code, COUNTRY_CODE_LEN};
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(COUNTRIES); i++) {
        if (str_eq(plain, str_of(COUNTRIES[i].english)) ||
            str_eq(plain, str_of(COUNTRIES[i].french))) {
            *out = str_of(COUNTRIES[i].code);
            return true;
        }
    }
    return false;
}
