#!/bin/sh
# The Azure CLI of somebody who is signed in.
[ "$*" = "account get-access-token --resource https://manage.devcenter.microsoft.com --output json --tenant contoso.com" ] || exit 64
echo '{"accessToken": "cli-T0ken/+x", "expiresOn": "2026-01-01 02:00:00.000000", "expires_on": 1767229200, "tokenType": "Bearer"}'
