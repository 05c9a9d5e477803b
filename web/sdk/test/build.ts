import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The package is built once for all tests that use it as its users do. */
export function setup(): void {
    execFileSync('npm', ['run', '-s', 'build'], {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
        stdio: 'inherit',
    });
}
