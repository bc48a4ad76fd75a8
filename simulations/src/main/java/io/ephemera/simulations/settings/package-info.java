/** What the user asked for: the one definition of each setting, and their values once read and found right. */
@NullMarked
package io.ephemera.simulations.settings;

import org.jspecify.annotations.NullMarked;
