package cluster

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"strings"
	"time"
)

// serviceIP is the address of the Service kubernetes, the first of serviceRange.
const (
	serviceRange = "10.96.0.0/16"
	serviceIP    = "10.96.0.1"
)

// users are whom the API server knows by a token: name and group.
func users(nodes int) [][2]string {
	list := [][2]string{{"admin", "system:masters"}, {"kube-controller-manager", "system:masters"}, {"kube-scheduler", "system:masters"}}
	for n := 1; n <= nodes; n++ {
		list = append(list, [2]string{"system:node:" + nodeName(n), "system:nodes"})
	}
	return list
}

// secrets are made anew for each lab and live as long as it does.
type secrets struct {
	ca     []byte            // certificate, PEM
	tokens map[string]string // by user
}

// makeSecrets writes certificates, keys and tokens below pki.
func makeSecrets(l layout, nodes int) (*secrets, error) {
	ca, caKey, err := certificate("lab-ca", nil, nil)
	if err != nil {
		return nil, err
	}
	server, serverKey, err := certificate("kube-apiserver", ca, caKey)
	if err != nil {
		return nil, err
	}
	accounts, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	s := &secrets{ca: encode("CERTIFICATE", ca.Raw), tokens: map[string]string{}}
	files := map[string][]byte{"ca.crt": s.ca, "apiserver.crt": encode("CERTIFICATE", server.Raw), "tokens.csv": s.makeTokens(nodes)}
	for name, key := range map[string]*ecdsa.PrivateKey{"apiserver.key": serverKey, "accounts.key": accounts} {
		der, err := x509.MarshalECPrivateKey(key)
		if err != nil {
			return nil, err
		}
		files[name] = encode("EC PRIVATE KEY", der)
	}
	return s, writePKI(l, files)
}

// writePKI writes files that only their owner may read: each of them admits to the cluster.
func writePKI(l layout, files map[string][]byte) error {
	for name, data := range files {
		if err := os.WriteFile(l.pki(name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// makeTokens makes a token for each user and returns the file of --token-auth-file:
// lines of TOKEN,NAME,UID,"GROUP". The UID is the name again.
func (s *secrets) makeTokens(nodes int) []byte {
	var file bytes.Buffer
	for _, u := range users(nodes) {
		s.tokens[u[0]] = randomHex()
		fmt.Fprintf(&file, "%s,%s,%s,%q\n", s.tokens[u[0]], u[0], u[0], u[1])
	}
	return file.Bytes()
}

// certificate makes a certificate for servers on this machine, or its own issuer if ca is nil.
func certificate(name string, ca *x509.Certificate, caKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	tmpl, err := template(name)
	if err != nil {
		return nil, nil, err
	}
	if ca == nil {
		tmpl.IsCA = true
		tmpl.KeyUsage = x509.KeyUsageCertSign
		ca = tmpl
		caKey = key
	} else {
		forServers(tmpl)
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca, &key.PublicKey, caKey)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

// template returns what all certificates of a lab have in common.
func template(name string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
	}, err
}

// forServers names all by which clients reach the API server: this machine, and its Service.
func forServers(tmpl *x509.Certificate) {
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	tmpl.DNSNames = []string{
		"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
		"kubernetes.default.svc.cluster.local",
	}
	tmpl.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.ParseIP(serviceIP)}
}

// encode returns DER as PEM, the form of the files of Kubernetes.
func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// randomHex returns 128 random bits, enough for a token that nobody guesses.
func randomHex() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return hex.EncodeToString(b)
}

// writeKubeconfig writes at path how a user reaches the API server.
func (s *secrets) writeKubeconfig(path, cluster, user, server string) error {
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster:
    server: %[2]s
    certificate-authority-data: %[3]s
users:
- name: %[4]s
  user:
    token: %[5]s
contexts:
- name: %[1]s
  context:
    cluster: %[1]s
    user: %[4]s
current-context: %[1]s
`, cluster, server, base64.StdEncoding.EncodeToString(s.ca), strings.TrimPrefix(user, "system:node:"), s.tokens[user])
	return os.WriteFile(path, []byte(text), 0o600)
}
