# Sourced by cluster.sh, after packages.sh: the cluster's certificates and kubeconfigs.

# make_certificates FOLDER SERVER: a certificate authority, a certificate for each part of the cluster, and a kubeconfig for each client.
# SERVER is the API server's address. Elliptic keys: made in no time.
make_certificates() {
  local folder=$1 server=$2
  mkdir -p "$folder"
  chmod 700 "$folder"
  new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$folder/$1.key"; }
  new_key ca
  openssl req -x509 -new -key "$folder/ca.key" -subj /CN=cluster-under-test -days 30 -out "$folder/ca.crt" \
    -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
  # certificate NAME SUBJECT [SUBJECT_ALT_NAMES]
  certificate() {
    local name=$1 subject=$2 names=${3:-}
    new_key "$name"
    openssl req -new -key "$folder/$name.key" -subj "$subject" |
      openssl x509 -req -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -set_serial "0x$(openssl rand -hex 12)" -days 30 -out "$folder/$name.crt" \
        -extfile <(printf 'keyUsage=digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\n%s\n' "${names:+subjectAltName=$names}") 2>/dev/null
  }
  certificate apiserver /CN=kube-apiserver \
    DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:172.30.0.2,IP:10.96.0.1
  certificate apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  certificate admin /O=system:masters/CN=admin
  certificate kubelet "/O=system:nodes/CN=system:node:node"
  certificate kube-controller-manager /CN=system:kube-controller-manager
  certificate kube-scheduler /CN=system:kube-scheduler
  new_key service-account
  openssl pkey -in "$folder/service-account.key" -pubout -out "$folder/service-account.pub"

  local client
  for client in admin kubelet kube-controller-manager kube-scheduler; do
    cat >"$folder/$client.kubeconfig" <<END
apiVersion: v1
kind: Config
clusters:
- name: cluster
  cluster: {server: "$server", certificate-authority-data: $(base64 -w0 "$folder/ca.crt")}
users:
- name: $client
  user: {client-certificate-data: $(base64 -w0 "$folder/$client.crt"), client-key-data: $(base64 -w0 "$folder/$client.key")}
contexts:
- name: cluster
  context: {cluster: cluster, user: $client}
current-context: cluster
END
  done
  chmod 600 "$folder"/*
}
