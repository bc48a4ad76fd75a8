/** {@code ephemera report}: pages of recordings that are there already. */
@NullMarked
package io.ephemera.cli.report;

import org.jspecify.annotations.NullMarked;
