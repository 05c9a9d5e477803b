/** Where Debian puts its browser. */
export const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
