global using Connect.Protocol;
