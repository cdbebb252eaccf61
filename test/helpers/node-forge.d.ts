/** The little of node-forge that certificates.ts uses; the package comes without types. */
declare module 'node-forge' {
  interface Certificate {
    publicKey: unknown;
    serialNumber: string;
    validity: { notBefore: Date; notAfter: Date };
    setSubject(attributes: readonly object[]): void;
    setIssuer(attributes: readonly object[]): void;
    setExtensions(extensions: readonly object[]): void;
    sign(key: unknown, digest: unknown): void;
    readonly subject: { readonly attributes: readonly object[] };
  }
  const forge: {
    pki: {
      createCertificate(): Certificate;
      certificateToPem(certificate: Certificate): string;
      privateKeyFromPem(pem: string): unknown;
      publicKeyFromPem(pem: string): unknown;
      oids: Readonly<Record<string, string>>;
    };
    pkcs12: {
      toPkcs12Asn1(
        key: unknown,
        certificates: readonly Certificate[],
        password: string,
        options: { algorithm: 'aes128' | 'aes256' | '3des'; friendlyName?: string },
      ): unknown;
    };
    asn1: { toDer(value: unknown): { getBytes(): string } };
    md: { sha256: { create(): unknown } };
  };
  export default forge;
}
