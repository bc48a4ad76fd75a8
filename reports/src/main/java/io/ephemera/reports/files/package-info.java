/**
 * A result as files that machines read: JUnit XML, CSV, Markdown.
 *
 * <p>May touch {@code ports.run}, {@code reports}.
 */
@NullMarked
package io.ephemera.reports.files;

import org.jspecify.annotations.NullMarked;
