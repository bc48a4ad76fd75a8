/** Applications under the agent: they know nothing of it. */
package com.acme;
