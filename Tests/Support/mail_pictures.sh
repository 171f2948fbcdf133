#!/usr/bin/env bash
# Takes the pictures of the gallery of mails in Documentation/Images, with headless Chromium. Look at them afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."
Tests/Support/install.sh chromium pngquant
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
GROUNDWORK_MAIL_PAGES=$pages swift test --disable-xctest --filter writesItsPageForPictures
python3 -B Tests/Support/mail_browser.py "$pages/mails.html" --pictures "$pages"
for picture in "$pages"/mail-*.png; do
    pngquant --force --strip --speed 1 --output "Documentation/Images/${picture##*/}" 128 "$picture"
done
