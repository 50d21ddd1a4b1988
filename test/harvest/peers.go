//go:build linux

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// servers are the real servers that a case can talk to: scripts that start one
// in the background, in the root. Each has the user app with the password
// right-one, and a database, tree or host called app, if it has such things.
var servers = map[string]string{
	"postgres": `
cd /var/lib/postgresql
printf "host all all 0.0.0.0/0 scram-sha-256\n" >> /etc/postgresql/15/main/pg_hba.conf
printf "listen_addresses = '*'\nfsync = off\nshared_buffers = 8MB\n" >> /etc/postgresql/15/main/postgresql.conf
mkdir -p /run/postgresql && chown postgres /run/postgresql
setsid pg_ctlcluster 15 main start
setpriv --reuid=postgres --regid=postgres --clear-groups psql -q -c "create role app login password 'right-one'" -c "create database app owner app" postgres`,
	"redis": `
redis-server --port 6379 --bind 0.0.0.0 --requirepass right-one --daemonize yes --save "" --logfile /dev/null --dir /tmp`,
	"redis-open": `
redis-server --port 6379 --bind 0.0.0.0 --protected-mode no --daemonize yes --save "" --logfile /dev/null --dir /tmp`,
	"mariadb": `
mkdir -p /run/mysqld && chown mysql /run/mysqld
setsid mariadbd --user=mysql --bind-address=0.0.0.0 --innodb-flush-log-at-trx-commit=0 >/dev/null 2>&1 &
for n in $(seq 100); do mariadb-admin ping >/dev/null 2>&1 && break; sleep 0.2; done
mariadb -e "create database app; create user app@'%' identified by 'right-one'; grant all on app.* to app@'%'"`,
	"rabbitmq": `
printf "loopback_users = none\n" > /etc/rabbitmq/rabbitmq.conf
printf "127.0.0.1 broker\n" >> /etc/hosts
export HOME=/var/lib/rabbitmq RABBITMQ_NODENAME=rabbit@localhost
setsid setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups /usr/lib/rabbitmq/bin/rabbitmq-server >/dev/null 2>&1 &
for n in $(seq 120); do [ -s /var/lib/rabbitmq/.erlang.cookie ] && break; sleep 0.2; done
cp /var/lib/rabbitmq/.erlang.cookie /root/ && chmod 600 /root/.erlang.cookie
/usr/lib/rabbitmq/bin/rabbitmqctl --quiet await_startup
/usr/lib/rabbitmq/bin/rabbitmqctl --quiet add_user app right-one
/usr/lib/rabbitmq/bin/rabbitmqctl --quiet set_permissions app '.*' '.*' '.*'`,
	"memcached": `
setsid memcached -u nobody -l 0.0.0.0 -d`,
	"mosquitto": `
printf "listener 1883 0.0.0.0\nallow_anonymous false\npassword_file /tmp/passwords\n" > /tmp/mosquitto.conf
mosquitto_passwd -c -b /tmp/passwords app right-one
mosquitto -d -c /tmp/mosquitto.conf`,
	"slapd": `
mkdir -p /tmp/ldap && printf "include /etc/ldap/schema/core.schema\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=example,dc=org\nrootdn cn=app,dc=example,dc=org\nrootpw right-one\ndirectory /tmp/ldap\n" > /tmp/slapd.conf
slapd -f /tmp/slapd.conf -h ldap://0.0.0.0:389`,
	"sshd": `
mkdir -p /run/sshd && ssh-keygen -A >/dev/null
useradd -m deploy
/usr/sbin/sshd -o PasswordAuthentication=no`,
}

// startPeers starts what the program talks to, and waits for it.
func (in order) startPeers(root string) error {
	for _, p := range in.Study.Setup.Peers {
		if p.State != "up" {
			continue
		}
		if err := p.start(in, root); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		if err := waitForPort(p.Port, 30*time.Second); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

func (p peer) start(in order, root string) error {
	if p.Server != "" {
		cmd := exec.Command("/bin/sh", "-euc", servers[p.Server])
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
		cmd.Dir = "/"
		cmd.Env = imageEnv()
		text, err := os.CreateTemp(in.Dir, "peer-")
		if err != nil {
			return err
		}
		cmd.Stdout = text
		cmd.Stderr = text
		if err := cmd.Run(); err != nil {
			printed, _ := os.ReadFile(text.Name())
			return fmt.Errorf("%w: %s", err, printed)
		}
		return text.Close()
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("", strconv.Itoa(int(p.Port))))
	if err != nil {
		return err
	}
	switch p.Answer {
	case "close":
		go eachConn(listener, func(conn net.Conn) { _ = conn.Close() })
		return nil
	case "garbage":
		go eachConn(listener, func(conn net.Conn) {
			_, _ = io.WriteString(conn, "220 mail.example.com ESMTP\r\n")
			_ = conn.Close()
		})
		return nil
	case "untrusted", "expired", "mismatch":
		config, err := p.certificate(root)
		if err != nil {
			return err
		}
		return serveHTTP(tls.NewListener(listener, config), http.StatusOK)
	}
	status, err := strconv.Atoi(p.Answer)
	if err != nil {
		return fmt.Errorf("unknown answer %q", p.Answer)
	}
	return serveHTTP(listener, status)
}

func eachConn(listener net.Listener, do func(net.Conn)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		do(conn)
	}
}

func serveHTTP(listener net.Listener, status int) error {
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, `{"error":"`+http.StatusText(status)+`"}`, status)
	})}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "serve:", err)
		}
	}()
	return nil
}

// certificate makes a certificate with the fault that Answer names, and puts
// the authority of those that only have another fault into the root as /etc/peer-ca/ca.crt.
func (p peer) certificate(root string) (*tls.Config, error) {
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Example Internal CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(5, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: p.Name}, DNSNames: []string{p.Name},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(0, 6, 0), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	switch p.Answer {
	case "expired":
		leaf.NotAfter = now.AddDate(0, 0, -3)
	case "mismatch":
		leaf.Subject.CommonName = "gateway.example.net"
		leaf.DNSNames = []string{"gateway.example.net"}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	signed, err := x509.CreateCertificate(rand.Reader, authority, authority, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	own, err := x509.CreateCertificate(rand.Reader, leaf, authority, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	if p.Answer != "untrusted" {
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
		if err := writeFile(root+"/etc/peer-ca/ca.crt", string(text)); err != nil {
			return nil, err
		}
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{own}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, nil
}
