#!/bin/sh
echo "WARNING: something about an upgrade" >&2
echo "ERROR: Please run 'az login' to setup account. access_token=cli-T0ken/+x" >&2
exit 1
