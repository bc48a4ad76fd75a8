package io.ephemera.target;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The layout of NTLM's messages ([MS-NLMP] section 2.2.1), as far as Java's own mechanism leaves it to its user. */
final class NtlmMessages {
    static final int NEGOTIATE = 1;
    static final int AUTHENTICATE = 3;

    private static final byte[] SIGNATURE = {'N', 'T', 'L', 'M', 'S', 'S', 'P', 0};
    private static final int TYPE_OFFSET = 8;
    private static final int NEGOTIATE_MIN_BYTES = 16;
    private static final int AUTHENTICATE_MIN_BYTES = 52;
    private static final int AUTHENTICATE_LM_RESPONSE_OFFSET = 12;
    private static final int AUTHENTICATE_NT_RESPONSE_OFFSET = 20;
    private static final int AUTHENTICATE_DOMAIN_OFFSET = 28;
    private static final int AUTHENTICATE_USER_OFFSET = 36;
    private static final int AUTHENTICATE_WORKSTATION_OFFSET = 44;

    /** The response of NTLMv1, whatever its variant; that of NTLMv2 is longer. */
    private static final int NTLM_V1_RESPONSE_BYTES = 24;

    private static final int CHALLENGE_TARGET_NAME_OFFSET = 12;
    private static final int CHALLENGE_FLAGS_OFFSET = 20;
    private static final int CHALLENGE_BYTES_WITHOUT_TARGET_INFO = 32;
    private static final int CHALLENGE_TARGET_INFO_OFFSET = 40;
    private static final int CHALLENGE_BYTES = 48;
    private static final int EXTENDED_SESSION_SECURITY = 0x0008_0000;
    private static final int TARGET_INFO = 0x0080_0000;

    private static final short END_OF_LIST = 0;
    private static final short COMPUTER_NAME = 1;
    private static final short DOMAIN_NAME = 2;
    private static final String THIS_COMPUTER = "TARGET-SERVER";

    private NtlmMessages() {}

    /** The type of a message that is whole; 0 for anything else. */
    static int type(byte[] message) {
        if (message.length < NEGOTIATE_MIN_BYTES
                || !Arrays.equals(message, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            return 0;
        }
        int type = littleEndian(message).getInt(TYPE_OFFSET);
        return type == AUTHENTICATE && !isWholeAuthenticate(message) ? 0 : type;
    }

    /** Whether an AUTHENTICATE message answers with NTLMv2. */
    static boolean isVersion2(byte[] authenticate) {
        short length = littleEndian(authenticate).getShort(AUTHENTICATE_NT_RESPONSE_OFFSET);
        return Short.toUnsignedInt(length) > NTLM_V1_RESPONSE_BYTES;
    }

    /**
     * Java's CHALLENGE message with the target's names added, and the flags that say so: without them clients such as curl
     * answer with NTLMv1.
     */
    static byte[] withTargetInfo(byte[] challenge, String domain) {
        byte[] domainName = domain.getBytes(StandardCharsets.UTF_16LE);
        byte[] targetInfo = targetInfo(domainName);
        byte[] bytes = new byte[CHALLENGE_BYTES + domainName.length + targetInfo.length];
        ByteBuffer message = littleEndian(bytes);
        message.put(challenge, 0, CHALLENGE_BYTES_WITHOUT_TARGET_INFO);
        int flags = message.getInt(CHALLENGE_FLAGS_OFFSET) | TARGET_INFO | EXTENDED_SESSION_SECURITY;
        message.putInt(CHALLENGE_FLAGS_OFFSET, flags);
        putField(message, CHALLENGE_TARGET_NAME_OFFSET, domainName, CHALLENGE_BYTES);
        putField(message, CHALLENGE_TARGET_INFO_OFFSET, targetInfo, CHALLENGE_BYTES + domainName.length);
        return bytes;
    }

    /** Java's mechanism would fill up with zeros what a field's length promises and the message does not have. */
    private static boolean isWholeAuthenticate(byte[] message) {
        return message.length >= AUTHENTICATE_MIN_BYTES
                && hasField(message, AUTHENTICATE_LM_RESPONSE_OFFSET)
                && hasField(message, AUTHENTICATE_NT_RESPONSE_OFFSET)
                && hasField(message, AUTHENTICATE_DOMAIN_OFFSET)
                && hasField(message, AUTHENTICATE_USER_OFFSET)
                && hasField(message, AUTHENTICATE_WORKSTATION_OFFSET);
    }

    private static boolean hasField(byte[] message, int fieldOffset) {
        ByteBuffer fields = littleEndian(message);
        int length = Short.toUnsignedInt(fields.getShort(fieldOffset));
        int payloadOffset = fields.getInt(fieldOffset + 4);
        return length == 0 || (payloadOffset >= AUTHENTICATE_MIN_BYTES && payloadOffset <= message.length - length);
    }

    private static byte[] targetInfo(byte[] domainName) {
        byte[] computerName = THIS_COMPUTER.getBytes(StandardCharsets.UTF_16LE);
        byte[] bytes = new byte[3 * 2 * Short.BYTES + domainName.length + computerName.length];
        littleEndian(bytes)
                .putShort(DOMAIN_NAME)
                .putShort((short) domainName.length)
                .put(domainName)
                .putShort(COMPUTER_NAME)
                .putShort((short) computerName.length)
                .put(computerName)
                .putShort(END_OF_LIST)
                .putShort((short) 0);
        return bytes;
    }

    private static void putField(ByteBuffer message, int fieldOffset, byte[] payload, int payloadOffset) {
        message.putShort(fieldOffset, (short) payload.length)
                .putShort(fieldOffset + 2, (short) payload.length)
                .putInt(fieldOffset + 4, payloadOffset)
                .put(payloadOffset, payload);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
