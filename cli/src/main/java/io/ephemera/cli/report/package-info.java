/**
 * {@code ephemera report}: pages of recordings that are there already.
 *
 * <p>May touch {@code reports}, {@code reports.page}, {@code reports.folder}, {@code cli.console}.
 */
@NullMarked
package io.ephemera.cli.report;

import org.jspecify.annotations.NullMarked;
