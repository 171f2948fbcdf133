#!/usr/bin/env bash
# Takes the pictures of the status page in Documentation/Images, with headless Chromium. Look at them afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."
Tests/Support/install.sh chromium
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
GROUNDWORK_STATUS_PAGES=$pages swift test --disable-xctest --filter writesItsSamplesForPictures
shoot() { # name of the page, of the picture, size, further options
    timeout 60 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$pages/profile" \
        --force-color-profile=srgb --window-size="$3" --screenshot="$PWD/Documentation/Images/$2.png" "${@:4}" \
        "file://$pages/$1.html" 2>/dev/null
}
shoot good status-page 1000,1080
shoot bad status-page-dark 1000,880 --blink-settings=preferredColorScheme=0
shoot good status-page-phone 500,1180
