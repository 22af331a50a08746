-- Payment buttons name their merchant by the number in its pay links (core/button.h).
CREATE INDEX merchant_setting_by_account ON merchant_setting (value, merchant) WHERE name = 'account_number';
